import type { AnswerReason } from '@charsu/protocol/error-catalogue/catalogue'
import {
  CODES,
  type CodeName,
  type ErrorBody,
  type ErrorDetail,
  type FieldViolation,
} from '@charsu/protocol/errors'

export interface RefusalOptions {
  reason: AnswerReason
  metadata?: Record<string, string>
  violations?: readonly FieldViolation[]
  /** Where the contract departs from the code's own. */
  http?: number
  headers?: Record<string, string>
}

/** What the platform says no with, in the contract's shape (wire contract §0). */
export class Refusal extends Error {
  readonly codeName: CodeName
  readonly options: RefusalOptions

  constructor(codeName: CodeName, message: string, options: RefusalOptions) {
    super(message)
    this.name = 'Refusal'
    this.codeName = codeName
    this.options = options
  }

  get status(): number {
    return this.options.http ?? CODES[this.codeName].http
  }

  /** @param helpUrl where the cause and the fix of its reason can be read. */
  body(helpUrl: (reason: string) => string): ErrorBody {
    const { reason, metadata, violations } = this.options
    const details: ErrorDetail[] = []
    if (violations?.length) {
      details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', field_violations: violations })
    }
    details.push({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason,
      domain: 'charsu',
      ...(metadata && { metadata }),
    })
    details.push({
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [{ description: `Cause and fix of ${reason}`, url: helpUrl(reason) }],
    })
    return { code: CODES[this.codeName].code, message: this.message, details }
  }
}

/** 400 that lists every wrong field. */
export function invalidArgument(violations: readonly FieldViolation[]): Refusal {
  const [first, ...rest] = violations
  const more = rest.length > 0 ? ` (and ${rest.length} more, see details)` : ''
  const message = first ? `${first.field || 'body'}: ${first.description}${more}` : 'the request is not valid'
  return new Refusal('INVALID_ARGUMENT', message, { reason: 'INVALID_FIELDS', violations })
}

export const scopeMissing = ([narrowest, ...others]: readonly [string, ...string[]]): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    `the user has not granted ${narrowest}${others.length > 0 ? ` (or ${others.join(', or ')})` : ''}: ask for that scope at /oauth2/auth`,
    { reason: 'SCOPE_MISSING', metadata: { scope: narrowest } },
  )

/** @throws Refusal unless the token holds one of these canonical scopes; the first is named. */
export function requireScope(
  token: { scopes: ReadonlySet<string> },
  anyOf: readonly [string, ...string[]],
): void {
  if (!anyOf.some((scope) => token.scopes.has(scope))) throw scopeMissing(anyOf)
}
