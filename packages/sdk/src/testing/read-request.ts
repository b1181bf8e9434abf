import { checkJson } from '@charsu/protocol/parse'
import { invalidArgument, Refusal } from './refusal.ts'

/** Bodies of more bytes are refused (wire contract §0). */
const BODY_LIMIT_BYTES = 256 * 1024
const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = /^application\/[\w.+-]*\+?json/i

/** A request's body as JSON: none is `{}`, and so is any with GET. @throws Refusal for what cannot be read. */
export async function readBody(request: Request, options: { isFormAllowed: boolean }): Promise<unknown> {
  if (request.method === 'GET') return {}
  const bytes = new Uint8Array(await request.arrayBuffer())
  if (bytes.length > BODY_LIMIT_BYTES) {
    throw new Refusal(
      'INVALID_ARGUMENT',
      `the body is too large: at most ${BODY_LIMIT_BYTES} bytes are accepted`,
      {
        http: 413,
        reason: 'BODY_TOO_LARGE',
      },
    )
  }
  const type = request.headers.get('content-type')
  if (bytes.length === 0) return {}
  if (type === null || JSON_TYPE.test(type)) return readJson(decoded(bytes))
  if (type.startsWith(FORM) && options.isFormAllowed) {
    return guarded(Object.fromEntries(new URLSearchParams(decoded(bytes))))
  }
  const shown = type.startsWith(FORM) ? FORM : type
  throw new Refusal(
    'INVALID_ARGUMENT',
    `the Content-Type ${shown} is not understood here: send application/json`,
    { http: 415, reason: 'CONTENT_TYPE_NOT_SUPPORTED' },
  )
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Refusal('INVALID_ARGUMENT', 'the body is not valid UTF-8: encode it as UTF-8', {
      reason: 'BODY_NOT_UTF8',
    })
  }
}

function readJson(text: string): unknown {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof SyntaxError ? withoutExcerpt(error.message) : 'unreadable'
    throw new Refusal('INVALID_ARGUMENT', `the body is not valid JSON: ${why}`, { reason: 'BODY_NOT_JSON' })
  }
  return guarded(value)
}

/** Engines quote the text around some faults, and a secret may stand there. */
const withoutExcerpt = (message: string): string =>
  message.replace(/^(Unexpected token .{1,4}), (?:\.\.\.)?".*$/s, '$1')

/** @throws Refusal for text and numbers that could not be kept. */
export function guarded<T>(value: T): T {
  const violations = checkJson(value)
  if (violations.length > 0) throw invalidArgument(violations)
  return value
}

/** A query as an object: a list where a name is repeated. */
export function readQuery(search: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(search.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = search.getAll(name)
      return [name, values.length > 1 ? values : values[0]!]
    }),
  )
}
