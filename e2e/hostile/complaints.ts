import { CODES } from '@charsu/protocol/errors'
import type { RawAnswer } from './raw-http.ts'

/** What no error may show: SQL, a stack, a file of ours, the database's own words. */
const INSIDES = [
  /\b(select|insert into|update|delete from)\b.+\b(from|values|set|where)\b/i,
  /^\s+at .+[(:]/m,
  /\bfile:\/\/|node_modules|\/packages\/|\.[cm]?[jt]s:\d/,
  /\b(postgres|pg_|relation "|duplicate key|violates|SQLSTATE|syntax error at)/i,
  /\b(TypeError|ReferenceError|RangeError|SyntaxError)\b/,
]

/** Statuses that say the same in another way than the code's own. */
const DEPARTURES = [408, 413, 414, 415, 431]

/**
 * What is wrong with an answer, whatever was asked: one of our own failures, no request id, an error in no known
 * shape, or one that shows what is inside (wire contract §0). Empty when nothing is.
 */
export function complaintsAbout(answer: RawAnswer | null, secrets: readonly string[] = []): string[] {
  if (!answer) return ['closed without an answer']
  const { status, headers, text } = answer
  const found: string[] = []
  if (!(status >= 200 && status < 600) || status === 500 || status === 503) found.push(`status ${status}`)
  if (!headers.get('x-request-id')) found.push('no X-Request-Id')
  if (status < 400) return found
  const shown = [
    ...INSIDES.filter((pattern) => pattern.test(text)),
    ...secrets.filter((s) => text.includes(s)),
  ]
  found.push(...shown.map((what) => `shows ${what}`))
  // The answer to HEAD has no body.
  if (text !== '') found.push(...shapeFaults(answer))
  return found
}

function shapeFaults({ status, headers, text }: RawAnswer): string[] {
  const type = headers.get('content-type') ?? ''
  if (type.startsWith('text/html')) return text.startsWith('<!doctype html>') ? [] : ['a page in pieces']
  if (type !== 'application/json; charset=utf-8') return [`the type ${type}`]
  const body = JSON.parse(text) as Record<string, unknown>
  if ('error' in body) {
    return typeof body.error === 'string' && typeof body.error_description === 'string'
      ? []
      : ['an OAuth error without description']
  }
  return contractFaults(status, body)
}

function contractFaults(status: number, body: Record<string, unknown>): string[] {
  const { code, message, details } = body
  const found: string[] = []
  const known = Object.values(CODES).find((each) => each.code === code)
  const agrees = known?.http === status || (known?.http === 400 && DEPARTURES.includes(status))
  if (!agrees) found.push(`code ${code} with status ${status}`)
  if (typeof message !== 'string' || message.length < 10) found.push('no message')
  if (!Array.isArray(details) || details.length === 0) found.push('no details')
  else if (!details.every(hasType)) found.push('a detail without @type')
  return found
}

const hasType = (detail: unknown): boolean =>
  typeof detail === 'object' &&
  detail !== null &&
  '@type' in detail &&
  typeof detail['@type'] === 'string' &&
  detail['@type'].startsWith('type.googleapis.com/google.rpc.')
