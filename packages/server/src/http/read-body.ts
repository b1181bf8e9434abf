import { checkJson } from '@charsu/protocol/parse'
import { ApiError, invalidArgument, type ReasonOf } from '../errors.ts'

/** JSON bodies of more bytes are refused with 413 (wire contract §0). */
export const BODY_LIMIT_BYTES = 256 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true })

const malformed = (reason: ReasonOf<'INVALID_ARGUMENT'>, message: string, cause: unknown): ApiError =>
  new ApiError('INVALID_ARGUMENT', message, { reason, cause })

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw malformed('BODY_NOT_UTF8', 'the body is not valid UTF-8: encode it as UTF-8', error)
  }
}

/**
 * Bytes to JSON that PostgreSQL can keep: refuses malformed UTF-8 and JSON, NUL characters, lone surrogates, numbers
 * out of range and hostile depth, each of which would otherwise fail a whole group commit. No body is `{}`.
 */
export function readJson(bytes: Buffer): unknown {
  const text = decode(bytes)
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof SyntaxError ? withoutExcerpt(error.message) : 'unreadable'
    throw malformed('BODY_NOT_JSON', `the body is not valid JSON: ${why}`, error)
  }
  return guarded(value)
}

/** V8 quotes the text around some faults, and a secret may stand there. */
const withoutExcerpt = (message: string): string =>
  message.replace(/^(Unexpected token .{1,4}), (?:\.\.\.)?".*$/s, '$1')

/** A form as an object of strings; a repeated field keeps its last value. */
export function readForm(bytes: Buffer): unknown {
  return guarded(Object.fromEntries(new URLSearchParams(decode(bytes))))
}

/** The same guard for what comes by other ways: query strings, path parameters, headers. */
export function guarded<T>(value: T): T {
  const violations = checkJson(value)
  if (violations.length > 0) throw invalidArgument(violations)
  return value
}
