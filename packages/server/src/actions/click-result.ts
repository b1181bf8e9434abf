import type { ClickReason } from '@charsu/protocol/error-catalogue/catalogue'
import * as Type from 'typebox'

/** Most code points of a toast; what an app says beyond is cut off. */
export const MAX_TOAST_LENGTH = 1000

/** What a click comes to, for the page that the user clicked on (wire contract §3). */
export const ClickResult = Type.Object({
  outcome: Type.Enum(['opened', 'toast', 'done', 'failed']),
  open_url: Type.Optional(
    Type.String({ description: 'an http or https URL to open in a new tab; with outcome opened' }),
  ),
  toast: Type.Optional(
    Type.String({ description: 'text of the app to show for a moment; may come with any outcome' }),
  ),
  message: Type.Optional(
    Type.String({ description: 'with outcome failed: what happened and what the user can do' }),
  ),
})

export type ClickResult = Type.Static<typeof ClickResult>

/** Why a click failed, as its app's developer reads it in the console; each has its entry in the error catalogue. */
export type FailureReason = ClickReason

export interface ClickFailure {
  reason: FailureReason
  /** Cause and fix, for the developer. */
  detail: string
}

/** One call to the app that a click led to, as its developer sees it. */
export interface CallRecord {
  url: string
  /** As sent, the identification key masked. */
  headers: Record<string, string>
  body: object
  status: number | null
  /** The answer's body, at most 16 KiB of it. */
  answer: string | null
}

/** What carrying an action out came to: at most one of `openUrl` and `failure`. */
export interface Effect {
  openUrl?: string
  toast?: string
  failure?: ClickFailure
}

export const failure = (reason: FailureReason, detail: string): { failure: ClickFailure } => ({
  failure: { reason, detail },
})

export function outcomeOf({ openUrl, toast, failure }: Effect): ClickResult['outcome'] {
  if (failure) return 'failed'
  if (openUrl !== undefined) return 'opened'
  return toast === undefined ? 'done' : 'toast'
}
