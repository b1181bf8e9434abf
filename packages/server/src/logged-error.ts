/** An error as the log takes it. */
export interface LoggedError {
  type: string
  message: string
  /** The places that it came through, without what it said. */
  stack?: string
  cause?: LoggedError
  errors?: LoggedError[]
  [property: string]: unknown
}

/**
 * What may be kept of an error beside its message. All else may quote data: PostgreSQL's detail and where hold whole
 * rows, an HTTP client's data what an app answered.
 */
const KEPT = [
  'code',
  'errno',
  'syscall',
  'address',
  'port',
  'severity',
  'table',
  'column',
  'constraint',
  'routine',
  'status',
  'reason',
  'stage',
] as const

/** Causes of causes, and errors of errors, are followed so far. */
const MAX_DEPTH = 5
const MAX_ERRORS = 10

/** Any thrown value as it is logged: people's texts, names and numbers and all secrets stay where they are. */
export function loggedError(thrown: unknown, depth = 0): LoggedError {
  if (!(thrown instanceof Error))
    return { type: typeof thrown, message: 'no error was thrown, but another value' }
  const logged: LoggedError = {
    type: thrown.name,
    message: messageOf(thrown),
    ...(thrown.stack && { stack: placesOf(thrown.stack) }),
  }
  for (const name of KEPT) {
    const value: unknown = Reflect.get(thrown, name)
    if (typeof value === 'string' || typeof value === 'number') logged[name] = value
  }
  if (depth >= MAX_DEPTH) return logged
  if (thrown.cause !== undefined) logged.cause = loggedError(thrown.cause, depth + 1)
  if (thrown instanceof AggregateError) {
    logged.errors = thrown.errors.slice(0, MAX_ERRORS).map((each) => loggedError(each, depth + 1))
  }
  return logged
}

/** PostgreSQL's data exceptions: `invalid input syntax for type uuid: "…"`. */
const DATA_EXCEPTION = /^22/
const QUOTED = /["'`].*["'`]/s
/** Node's own: `… Received type string ('…')`. */
const RECEIVED = /\bReceived\b.*/s

function messageOf(error: Error): string {
  const code: unknown = Reflect.get(error, 'code')
  const quotesInput = error instanceof SyntaxError || (typeof code === 'string' && DATA_EXCEPTION.test(code))
  const message = quotesInput ? error.message.replace(QUOTED, '…') : error.message
  return withoutSecrets(message.replace(RECEIVED, '…'))
}

/** The lines `at …` alone: a stack begins with the message, which may have any number of lines. */
const placesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at .*[):\d]$/.test(line))
    .join('\n')

const CREDENTIAL = /\b(?:c[a-z]_[A-Za-z0-9_-]{16,}|whsec_[A-Za-z0-9+/_-]+=*)/g
const LOGIN_IN_URL = /(:\/\/)[^\s/@]+@/g
const QUERY_OF_URL = /(:\/\/[^\s?#]*)[?#][^\s]*/g

/** A last guard: credentials by their form, and what a URL may hide. */
export const withoutSecrets = (text: string): string =>
  text.replace(CREDENTIAL, '***').replace(LOGIN_IN_URL, '$1***@').replace(QUERY_OF_URL, '$1?***')
