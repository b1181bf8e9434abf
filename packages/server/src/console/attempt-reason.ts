import { findError } from '@charsu/protocol/error-catalogue/catalogue'

export interface MadeAttempt {
  outcome: string
  /** What the app answered; null when there was no complete answer. */
  status: number | null
  /** Begins with the stage at which it failed; null when there was an answer. */
  error: string | null
}

const GONE = 410

/** The reason of the error catalogue that tells of a failed attempt; null for one that was delivered, or failed by us. */
export function attemptReason({ outcome, status, error }: MadeAttempt): string | null {
  if (outcome === 'delivered') return null
  if (status === null) return inCatalogue(error?.split(':', 1)[0] ?? '')
  if (status === GONE) return 'answered_410_gone'
  return (outcome === 'dead' && inCatalogue(`status_${status}`)) || 'NOT_2XX'
}

function inCatalogue(reason: string): string | null {
  const met = findError(reason)?.entries.some(
    ({ surface }) => surface === 'attempt' || surface === 'delivery',
  )
  return met ? reason : null
}
