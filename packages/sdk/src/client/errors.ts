import type { FieldViolation } from '@charsu/protocol/errors'

/**
 * What all errors of the SDK have in common. Catch one of its kinds to know whose fault it was: `RefusedError` (the
 * platform said no), `NoAnswerError` (no usable answer came), `HandlerError` (your own handler threw).
 */
export class CharsuError extends Error {
  /** What to do about it, as a sentence; it stands at the end of the message too. Absent where nobody knows. */
  readonly hint: string | undefined

  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CharsuError'
    this.hint = options.hint
  }
}

/** What a refusal says. */
export interface Refusal {
  operation: string
  status: number
  code: number | undefined
  codeName: string | undefined
  reason: string | undefined
  metadata: Readonly<Record<string, string>>
  violations: readonly FieldViolation[]
  hint: string | undefined
  helpUrl: string | undefined
  requestId: string | undefined
  retryAfterMs: number | undefined
  /** What the platform said, for people. */
  detail: string
}

/**
 * The platform answered, and said no: something in the request, the key, the consent or the state of things has to
 * change before the same call can succeed (wire contract §0).
 * @example
 * ```ts
 * import { Client, RefusedError } from '@charsu/sdk'
 *
 * const charsu = new Client({ apiKey: 'ck_example' })
 * try {
 *   await charsu.as('ca_example').sendMessage('62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11', { message: 'Good evening' })
 * } catch (error) {
 *   if (!(error instanceof RefusedError)) throw error
 *   console.error(error.message)
 *   if (error.reason === 'SCOPE_MISSING') console.error('ask for', error.metadata.scope)
 * }
 * ```
 */
export class RefusedError extends CharsuError {
  /** The client's method, such as `sendMessage`. */
  readonly operation: string
  /** The HTTP status, 400 to 499, or 501 for an operation that is not served. */
  readonly status: number
  /** The code of google.rpc, such as 7; undefined where the answer had none. */
  readonly code: number | undefined
  /** The code's name, such as `PERMISSION_DENIED`. */
  readonly codeName: string | undefined
  /** What exactly was wrong, for programs, such as `SCOPE_MISSING`; undefined where the answer had none. */
  readonly reason: string | undefined
  /** What belongs to the reason, such as the scope that is missing; empty where there is nothing. */
  readonly metadata: Readonly<Record<string, string>>
  /** Every wrong field of the request. */
  readonly violations: readonly FieldViolation[]
  /** A page about this error. */
  readonly helpUrl: string | undefined
  /** Names this call in the platform's log. */
  readonly requestId: string | undefined
  /** Milliseconds after which the same call may succeed; undefined where the answer did not say. */
  readonly retryAfterMs: number | undefined
  /** The platform's own words. */
  readonly detail: string

  constructor(message: string, refusal: Refusal, options: { cause?: unknown } = {}) {
    super(message, { hint: refusal.hint, cause: options.cause })
    this.name = 'RefusedError'
    this.operation = refusal.operation
    this.status = refusal.status
    this.code = refusal.code
    this.codeName = refusal.codeName
    this.reason = refusal.reason
    this.metadata = refusal.metadata
    this.violations = refusal.violations
    this.helpUrl = refusal.helpUrl
    this.requestId = refusal.requestId
    this.retryAfterMs = refusal.retryAfterMs
    this.detail = refusal.detail
  }
}

/**
 * Where a call got stuck: `connect` (nothing reached the platform), `time_out`, `connection` (it broke before or in the
 * answer), `status` (5xx), `redirect` (never followed), `answer` (not what the contract says, such as a proxy's page).
 */
export type NoAnswerStage = 'connect' | 'time_out' | 'connection' | 'status' | 'redirect' | 'answer'

/** What is known of a call without a usable answer. */
export interface NoAnswer {
  operation: string
  stage: NoAnswerStage
  attempts: number
  status: number | undefined
  requestId: string | undefined
  retryAfterMs: number | undefined
  idempotencyKey: string | undefined
  hint: string | undefined
}

/**
 * No usable answer came, although the call was tried as often as was safe. Whether the platform did what was asked is
 * unknown, but for the stage `connect`: then it did not. The same call may succeed later.
 * @example
 * ```ts
 * import { Client, NoAnswerError } from '@charsu/sdk'
 *
 * const charsu = new Client({ apiKey: 'ck_example', baseUrl: 'http://localhost:4400' })
 * try {
 *   await charsu.getPost('gZk3xQ1a')
 * } catch (error) {
 *   if (!(error instanceof NoAnswerError)) throw error
 *   console.error(error.stage, error.attempts, error.message)
 * }
 * ```
 */
export class NoAnswerError extends CharsuError {
  /** The client's method, such as `sendMessage`. */
  readonly operation: string
  readonly stage: NoAnswerStage
  /** How often it was tried, the first time included. */
  readonly attempts: number
  /** The HTTP status of the last answer, where one came. */
  readonly status: number | undefined
  /** Names the last attempt in the platform's log. */
  readonly requestId: string | undefined
  /** Milliseconds after which the platform wants to be asked again; undefined where it did not say. */
  readonly retryAfterMs: number | undefined
  /** The key that the send carried: sent again with the same key, the message goes out once (wire contract §2). */
  readonly idempotencyKey: string | undefined

  constructor(message: string, facts: NoAnswer, options: { cause?: unknown } = {}) {
    super(message, { hint: facts.hint, cause: options.cause })
    this.name = 'NoAnswerError'
    this.operation = facts.operation
    this.stage = facts.stage
    this.attempts = facts.attempts
    this.status = facts.status
    this.requestId = facts.requestId
    this.retryAfterMs = facts.retryAfterMs
    this.idempotencyKey = facts.idempotencyKey
  }
}
