import type { CallStage } from '@charsu/protocol/error-catalogue/catalogue'

/** Each has its entry in the error catalogue. */
export type FailureStage = CallStage

/** A complete answer, whatever its status. */
export interface Answer {
  kind: 'answer'
  status: number
  /** Names in lower case; a repeated header's values are joined with ", ". */
  headers: Record<string, string>
  body: Buffer
  /** The app sent more than was asked for; the rest was not read. */
  truncated: boolean
  /** From the call to the last byte, in milliseconds. */
  ms: number
  firstByteMs: number
}

/** No complete answer. `reason` is for the app's developer: it names what happened. */
export interface Failure {
  kind: 'failure'
  stage: FailureStage
  reason: string
  ms: number
}

/** What became of one call to an app. Always data: a call never throws. */
export type Outcome = Answer | Failure

/** A connection that was not made, with the stage that ended it. */
export class DialError extends Error {
  readonly stage: FailureStage

  constructor(stage: FailureStage, message: string) {
    super(message)
    this.name = 'DialError'
    this.stage = stage
  }
}

const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'])

/** Sorts what the HTTP client threw after a connection stood. */
export function stageOf(error: Error): FailureStage {
  if (error instanceof DialError) return error.stage
  const code = codeOf(error)
  if (RESET_CODES.has(code)) return 'reset'
  if (code === 'ETIMEDOUT') return 'timeout'
  return 'protocol'
}

export function reasonOf(error: Error): string {
  const text = error.message || codeOf(error) || error.name
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}
