import { RETRY_SCHEDULE } from '@charsu/protocol/delivery-schedule'
import type { DeliveryReason, DisabledReason } from '@charsu/protocol/error-catalogue/catalogue'
import { retryAfterMs } from './retry-after.ts'

const SECOND = 1000

export const JITTER = 0.2

/** The same request would be refused again: kept as dead, and replayable once the app is mended. */
const DEAD_AT_ONCE: ReadonlyMap<number, DeliveryReason> = new Map([
  [400, 'status_400'],
  [405, 'status_405'],
  [413, 'status_413'],
  [415, 'status_415'],
  [422, 'status_422'],
])
const GONE = 410
const TOO_MANY_REQUESTS = 429
/** What an app that asks for time gets even if it asks for none; otherwise "0" would be asked in a tight loop. */
const SHORTEST_PAUSE_MS = SECOND

/** What came back from one attempt, as far as it matters here. */
export type AttemptResult =
  | { kind: 'answer'; status: number; headers: Readonly<Record<string, string>> }
  | { kind: 'failure' }

export interface StepContext {
  /** Failures that counted before this attempt, from 0. */
  failures: number
  /** 0 ≤ random < 1, spreads retries. */
  random: number
  /** Milliseconds since 1970. */
  now: number
}

/**
 * What follows from an attempt. `postponed` counts neither for the schedule nor for the lane; `pauseMs` and
 * `disable` concern the whole endpoint.
 */
export type NextStep =
  | { kind: 'delivered' }
  | { kind: 'retry'; delayMs: number; pauseMs?: number; disable?: DisabledReason }
  | { kind: 'postponed'; delayMs: number; pauseMs: number }
  | { kind: 'dead'; reason: DeliveryReason; endpointFailed: boolean }

/**
 * The state machine of a delivery: a lease leads to an attempt, and every attempt to exactly one of these steps.
 *
 *   2xx                                delivered
 *   400 405 413 415 422                dead at once; the endpoint itself is well
 *   410                                the endpoint is disabled, the delivery waits for its return
 *   429 with Retry-After               postponed, the endpoint pauses
 *   anything else with Retry-After     retry, no sooner than asked, the endpoint pauses
 *   anything else, and no answer       retry on the schedule; dead when the schedule is used up
 */
export function nextStep(result: AttemptResult, context: StepContext): NextStep {
  if (result.kind === 'failure') return scheduled(context, undefined)
  const { status, headers } = result
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  const deadAtOnce = DEAD_AT_ONCE.get(status)
  if (deadAtOnce) return { kind: 'dead', reason: deadAtOnce, endpointFailed: false }
  if (status === GONE) return disabling(context)
  const asked = retryAfterMs(headers, context.now)
  if (status === TOO_MANY_REQUESTS && asked !== undefined) {
    const pauseMs = Math.max(asked, SHORTEST_PAUSE_MS)
    return { kind: 'postponed', delayMs: pauseMs, pauseMs }
  }
  return scheduled(context, asked)
}

/** Never dead: it was not tried in vain, its endpoint went away, and may be enabled again. */
function disabling({ failures, random }: StepContext): NextStep {
  const delay = RETRY_SCHEDULE[Math.min(failures, RETRY_SCHEDULE.length - 1)] ?? 0
  return { kind: 'retry', delayMs: jittered(delay, random), disable: 'answered_410_gone' }
}

function scheduled({ failures, random }: StepContext, askedMs: number | undefined): NextStep {
  const delay = RETRY_SCHEDULE[failures]
  if (delay === undefined) return { kind: 'dead', reason: 'attempts_exhausted', endpointFailed: true }
  const pause = askedMs !== undefined && askedMs > 0 ? { pauseMs: askedMs } : undefined
  return { kind: 'retry', delayMs: Math.max(jittered(delay, random), askedMs ?? 0), ...pause }
}

const jittered = (ms: number, random: number): number => Math.round(ms * (1 - JITTER + 2 * JITTER * random))
