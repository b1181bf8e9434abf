import type { AnswerReason, ReasonOf } from '@charsu/protocol/error-catalogue/catalogue'
import {
  CODES,
  type CodeName,
  type ErrorBody,
  type ErrorDetail,
  type FieldViolation,
} from '@charsu/protocol/errors'

export type { ReasonOf }
export { CODES, type CodeName, type ErrorBody, type ErrorDetail, type FieldViolation }

export interface ApiErrorOptions<R extends AnswerReason = AnswerReason> {
  /** Machine-readable cause; becomes google.rpc.ErrorInfo. Each has its entry in the error catalogue. */
  reason: R
  metadata?: Record<string, string>
  violations?: readonly FieldViolation[]
  /** HTTP status where the contract departs from the code's own (413, 415, 405). */
  http?: number
  headers?: Record<string, string>
  /** What happened inside; logged, never sent. */
  cause?: unknown
}

/** A code goes only with reasons that the catalogue has under it. */
type ApiErrorArguments = {
  [C in CodeName]: [codeName: C, message: string, options: ApiErrorOptions<ReasonOf<C>>]
}[CodeName]

/** Where the cause and the fix of a reason can be read, such as `https://charsu.example/errors/API_KEY_MISSING`. */
export type HelpUrl = (reason: string) => string

/**
 * The one error class whose message a caller may see (wire contract §0). Its message names what was wrong,
 * what was expected and what to do; secrets, SQL and stack traces never go in it.
 */
export class ApiError extends Error {
  readonly codeName: CodeName
  readonly http: number
  readonly reason: AnswerReason
  readonly metadata: Record<string, string> | undefined
  readonly violations: readonly FieldViolation[] | undefined
  readonly headers: Record<string, string> | undefined

  constructor(...[codeName, message, options]: ApiErrorArguments) {
    super(message, { cause: options.cause })
    this.name = 'ApiError'
    this.codeName = codeName
    this.http = options.http ?? CODES[codeName].http
    this.reason = options.reason
    this.metadata = options.metadata
    this.violations = options.violations
    this.headers = options.headers
  }

  /** The public JSON body, details in google.rpc types. */
  body(helpUrl: HelpUrl): ErrorBody {
    const details: ErrorDetail[] = []
    if (this.violations?.length) {
      details.push({
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        field_violations: this.violations,
      })
    }
    details.push({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: this.reason,
      domain: 'charsu',
      ...(this.metadata && { metadata: this.metadata }),
    })
    details.push({
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [{ description: `Cause and fix of ${this.reason}`, url: helpUrl(this.reason) }],
    })
    return { code: CODES[this.codeName].code, message: this.message, details }
  }
}

/** 400 that lists every wrong field; the message repeats the first so that a log line alone is useful. */
export function invalidArgument(violations: readonly FieldViolation[]): ApiError {
  const [first, ...rest] = violations
  const more = rest.length > 0 ? ` (and ${rest.length} more, see details)` : ''
  const message = first ? `${first.field || 'body'}: ${first.description}${more}` : 'the request is not valid'
  return new ApiError('INVALID_ARGUMENT', message, { reason: 'INVALID_FIELDS', violations })
}
