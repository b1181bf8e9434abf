/** One HTTP exchange of this app with anybody, with its secrets shortened. */
export interface Exchange {
  way: 'received' | 'sent'
  method: string
  path: string
  /** The few that matter here. */
  headers: Record<string, string>
  body?: unknown
  status: number
  answer?: unknown
}

export type WireLog = (exchange: Exchange) => void

const WORTH_SEEING = [
  'authorization',
  'x-api-key',
  'api-version',
  'idempotency-key',
  'webhook-id',
  'webhook-signature',
  'charsu-attempt',
]
const SECRET_FIELDS = new Set(['access_token', 'refresh_token', 'client_secret', 'code', 'code_verifier'])
const SHOWN = 8

/** Enough of a secret to recognise it by. */
export const shortened = (secret: string): string =>
  secret.length > SHOWN ? `${secret.slice(0, SHOWN)}…` : '…'

export function headersToShow(headers: Headers): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const name of WORTH_SEEING) {
    const value = headers.get(name)
    if (value === null) continue
    if (name === 'authorization') shown[name] = value.replace(/[^ ]+$/, shortened)
    else shown[name] = name === 'x-api-key' || name === 'webhook-signature' ? shortened(value) : value
  }
  return shown
}

/** A body as it may be printed: JSON or a form as an object, secrets shortened, pages by their name alone. */
export function bodyToShow(text: string, type: string | null): unknown {
  if (text === '') return undefined
  if (type?.startsWith('text/html')) return `(page) ${/<title>([^<]*)/.exec(text)?.[1] ?? ''}`
  if (type?.startsWith('application/x-www-form-urlencoded')) {
    return withoutSecrets(Object.fromEntries(new URLSearchParams(text)))
  }
  try {
    return withoutSecrets(JSON.parse(text))
  } catch {
    return text.slice(0, 200)
  }
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return pathToShow(value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET_FIELDS.has(name) && typeof member === 'string' ? shortened(member) : withoutSecrets(member),
    ]),
  )
}

/** Tickets and codes are secrets too, though they stand in addresses. */
export const pathToShow = (path: string): string =>
  path.replace(/(\/plan\/[\w-]{4})[\w-]+/g, '$1…').replace(/([?&](?:code|state|ticket)=[^&]{4})[^&]+/g, '$1…')

export const jsonWireLog =
  (print: (line: string) => void): WireLog =>
  (exchange) =>
    print(JSON.stringify(exchange))

export const textWireLog =
  (print: (line: string) => void): WireLog =>
  ({ way, method, path, status, body }) => {
    const type = typeof body === 'object' && body !== null && 'type' in body ? ` ${body.type}` : ''
    print(`${way === 'received' ? '←' : '→'} ${method} ${decoded(path)} ${status}${type}`)
  }

function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}
