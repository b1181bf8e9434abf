import { quoted } from '@charsu/protocol/text-length'

/** What goes into a request's body; at most one of them. */
export interface CallBody {
  json?: unknown
  /** As `application/x-www-form-urlencoded`. */
  form?: URLSearchParams
  /** As `multipart/form-data`; made anew for each attempt. */
  multipart?: () => FormData
}

export interface UrlParts {
  path?: Readonly<Record<string, string>>
  query?: URLSearchParams
}

/** @throws TypeError when a part of the path is none, and would lead to another operation */
export function callUrl(operation: string, baseUrl: string, path: string, parts: UrlParts): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    pathPart(operation, name, parts.path?.[name]),
  )
  const query = parts.query?.toString() ?? ''
  return `${baseUrl}${filled}${query === '' ? '' : `?${query}`}`
}

function pathPart(operation: string, name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(
      `${operation} needs a ${name}: pass it as the first argument, as text that is not empty`,
    )
  }
  // These two are not encoded, and mean "here" and "one up" in every URL.
  if (value === '.' || value === '..' || !value.isWellFormed()) {
    throw new TypeError(
      `${operation} takes a ${name}, but got ${quoted(value)}: pass one that came from the platform`,
    )
  }
  return encodeURIComponent(value)
}

/** @throws TypeError for a value that JSON cannot hold */
export function bodyOf({ json, form, multipart }: CallBody): {
  body?: string | FormData
  type?: string
} {
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' }
  if (form !== undefined) return { body: form.toString(), type: 'application/x-www-form-urlencoded' }
  // Its type holds a boundary, which only the request knows.
  if (multipart !== undefined) return { body: multipart() }
  return {}
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** @throws TypeError, without the token in it */
export function readToken(operation: string, token: unknown): string {
  if (typeof token === 'string' && VISIBLE_ASCII.test(token)) return token
  throw new TypeError(
    `${operation} needs a token, but got ${token === '' ? 'an empty text' : typeof token === 'string' ? 'one with a space, a line break or another character that no token has' : String(typeof token)}: pass the access_token of a consent, as it came`,
  )
}

/** @throws TypeError */
export function readIdempotencyKey(key: unknown): string {
  if (typeof key === 'string' && key.length <= 255 && VISIBLE_ASCII.test(key)) return key
  throw new TypeError(
    `idempotencyKey must be 1 to 255 visible ASCII characters, but is ${typeof key === 'string' ? quoted(key) : typeof key}: take an id of what the message is about, such as an event's`,
  )
}
