/** Whose value says who calls. */
const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'x-access-token',
  'cookie',
  'set-cookie',
])

/** Parameters of OAuth's requests and answers; elsewhere some of these names mean something harmless. */
const SECRET_FIELDS =
  'client_secret|access_token|refresh_token|id_token|code|code_verifier|token|password|api_key'
const IN_JSON = new RegExp(`("(?:${SECRET_FIELDS})"\\s*:\\s*")((?:[^"\\\\]|\\\\.)*)`, 'gi')
const IN_FORM = new RegExp(`((?:^|[&?])(?:${SECRET_FIELDS})=)([^&#]*)`, 'gi')

/** What we give out ourselves, wherever it turns up: keys, tokens, codes, sessions, signing secrets. */
const OF_OURS = /(?<![A-Za-z0-9])(?:c[ackrlsux]_[A-Za-z0-9_.-]{20,}|whsec_[A-Za-z0-9+/=_-]{16,})/g

const SHOWN = 6
/** Shorter values are words: to hide them wherever they stand would hide the text itself. */
const LEAST_LENGTH = 6

export type Headers = Readonly<Record<string, string>>

/** Enough to tell one from another, and never more than a third of it. */
export const shortened = (secret: string): string =>
  `${secret.slice(0, Math.min(SHOWN, Math.floor(secret.length / 3)))}…`

/** Shortens secrets in all that is kept of one exchange: what is secret in one part may be repeated in another. */
export class SecretMask {
  readonly #spellings = new Map<string, string>()

  /** @param headers of the request, whose credentials are to be found wherever they are repeated. */
  constructor(headers: Headers) {
    for (const [name, value] of Object.entries(headers)) {
      if (SECRET_HEADERS.has(name.toLowerCase()))
        for (const secret of secretsIn(name, value)) this.#learn(secret)
    }
  }

  #learn(secret: string): void {
    if (secret.length < LEAST_LENGTH) return
    const short = shortened(secret)
    const spellings = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      inHtml(secret),
    ]
    for (const spelling of spellings) this.#spellings.set(spelling, short)
  }

  text(text: string): string {
    let masked = text
    for (const [spelling, short] of this.#spellings) masked = masked.replaceAll(spelling, short)
    return masked.replace(OF_OURS, shortened)
  }

  /** Also by the names of its fields. */
  oauthText(text: string): string {
    const named = text
      .replace(IN_JSON, (_, before: string, value: string) => before + shortened(value))
      .replace(IN_FORM, (_, before: string, value: string) => before + shortened(value))
    return this.text(named)
  }

  headers(headers: Headers): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        SECRET_HEADERS.has(name.toLowerCase()) ? maskHeader(name, value) : this.text(value),
      ]),
    )
  }
}

const inHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const SCHEME = /^\s*((?:bearer|basic)\s+)(.*)$/is
const isCookie = (name: string): boolean => /^(?:set-)?cookie$/i.test(name)
/** With what Set-Cookie says of one, which is no secret. */
const COOKIE = /((?!(?:path|domain|expires|max-age|samesite)=)\b[^=;,\s]+=)("?[^;,]*)/gi

function maskHeader(name: string, value: string): string {
  if (isCookie(name))
    return value.replace(COOKIE, (_, key: string, secret: string) => key + shortened(secret))
  const [, scheme = '', secret = value] = SCHEME.exec(value) ?? []
  return scheme + shortened(secret)
}

function secretsIn(name: string, value: string): string[] {
  if (isCookie(name)) return [...value.matchAll(COOKIE)].map(([, , secret = '']) => secret)
  return [SCHEME.exec(value)?.[2] ?? value]
}
