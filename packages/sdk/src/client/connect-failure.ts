/** Codes of failures before a connection stood, as Node and Bun give them. */
const BEFORE_CONNECTION: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ConnectionRefused',
  'FailedToOpenSocket',
])

/** How Deno says it, which gives no codes. */
const DENO_CONNECT = /client error \(Connect\)/

const MAX_DEPTH = 5

interface Failure {
  code?: unknown
  syscall?: unknown
  message?: unknown
  cause?: unknown
  errors?: unknown
}

/**
 * Whether a failure of `fetch` says for sure that nothing of the request reached the server, so that repeating it
 * cannot do anything twice. Where it is not known the answer is no.
 */
export function neverReached(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return false
  const { code, syscall, message, cause, errors } = error as Failure
  if (BEFORE_CONNECTION.has(code) || syscall === 'connect') return true
  if (typeof message === 'string' && DENO_CONNECT.test(message)) return true
  // Several addresses of one name: none of them may have been reached.
  if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => neverReached(each, depth + 1))
  return neverReached(cause, depth + 1)
}

/** The innermost words of a failure: `fetch failed` alone helps nobody. */
export function failureText(error: unknown): string {
  let text = ''
  let at: unknown = error
  for (let depth = 0; depth <= MAX_DEPTH && typeof at === 'object' && at !== null; depth++) {
    const { message, code, cause, errors } = at as Failure
    if (typeof message === 'string' && message !== '') text = message
    else if (typeof code === 'string') text = code
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return text === '' ? String(error) : text
}
