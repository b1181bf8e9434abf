import type { ReadSettings } from './client-settings.ts'
import type { Outcome } from './judge-answer.ts'

export interface AttemptsSoFar {
  outcome: Outcome
  /** 1 after the first. */
  attempts: number
  /** Whether doing it twice comes to the same as doing it once. */
  isRepeatable: boolean
  /** From 0 to below 1. */
  random: number
}

const FIRST_BACKOFF_MS = 250
const MAX_BACKOFF_MS = 8000

/**
 * How long to wait before the next attempt, in milliseconds; undefined when there is to be none. Without doubt safe to
 * repeat are calls that never reached the platform, and those that it put off with a Retry-After.
 */
export function nextAttemptMs(
  { outcome, attempts, isRepeatable, random }: AttemptsSoFar,
  { retries, maxWaitMs }: Pick<ReadSettings, 'retries' | 'maxWaitMs'>,
): number | undefined {
  if (outcome.kind === 'done' || attempts > retries) return undefined
  const asked = putOffMs(outcome)
  const isSafe = asked !== undefined || isRepeatable || isUnreached(outcome)
  if (!isSafe || !isPassing(outcome)) return undefined
  if (asked !== undefined && asked > maxWaitMs) return undefined
  // "0" is no time at all for who cannot answer.
  return asked || Math.min(maxWaitMs, backoffMs(attempts, random))
}

const isUnreached = (outcome: Outcome): boolean => outcome.kind === 'no_answer' && outcome.stage === 'connect'

/** What 429 and 503 ask for; others do not use the header. */
function putOffMs(outcome: Outcome): number | undefined {
  if (outcome.kind === 'done' || (outcome.status !== 429 && outcome.status !== 503)) return undefined
  return outcome.retryAfterMs
}

function isPassing(outcome: Outcome): boolean {
  if (outcome.kind === 'no_answer') return outcome.passing
  // Charsu says when to come back wherever time helps; a 429 with a reason and no Retry-After is about something else.
  return outcome.kind === 'refused' && outcome.status === 429
    ? outcome.retryAfterMs !== undefined || !Array.isArray(outcome.body.details)
    : false
}

/** Doubles each time; of each wait a random half, so that many callers do not come back in one moment. */
function backoffMs(attempts: number, random: number): number {
  const full = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1))
  return Math.round(full / 2 + (full / 2) * random)
}
