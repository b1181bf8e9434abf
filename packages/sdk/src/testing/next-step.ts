import { RETRY_SCHEDULE } from '@charsu/protocol/delivery-schedule'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

const DEAD_AT_ONCE: ReadonlySet<number> = new Set([400, 405, 413, 415, 422])
const SHORTEST_PAUSE_MS = SECOND
const MAX_RETRY_AFTER_MS = 24 * HOUR

/** What came back from one attempt, as far as it matters here; null for no answer. */
export interface Answered {
  status: number
  headers: Headers
}

export type NextStep =
  | { kind: 'delivered' }
  | { kind: 'retry'; delayMs: number; pauseMs?: number; disable?: string }
  | { kind: 'postponed'; delayMs: number; pauseMs: number }
  | { kind: 'dead'; reason: string }

/**
 * What follows from an attempt to deliver an event (wire contract §5).
 * @param failures that counted before this attempt.
 * @param now milliseconds since 1970.
 */
export function nextStep(
  answer: Answered | null,
  { failures, now }: { failures: number; now: number },
): NextStep {
  if (!answer) return scheduled(failures, undefined)
  const { status, headers } = answer
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (DEAD_AT_ONCE.has(status)) return { kind: 'dead', reason: `status_${status}` }
  if (status === 410) {
    const delayMs = RETRY_SCHEDULE[Math.min(failures, RETRY_SCHEDULE.length - 1)]!
    return { kind: 'retry', delayMs, disable: 'answered_410_gone' }
  }
  const asked = retryAfterMs(headers, now)
  if (status === 429 && asked !== undefined) {
    const pauseMs = Math.max(asked, SHORTEST_PAUSE_MS)
    return { kind: 'postponed', delayMs: pauseMs, pauseMs }
  }
  return scheduled(failures, asked)
}

function scheduled(failures: number, askedMs: number | undefined): NextStep {
  const delay = RETRY_SCHEDULE[failures]
  if (delay === undefined) return { kind: 'dead', reason: 'attempts_exhausted' }
  const pause = askedMs !== undefined && askedMs > 0 ? { pauseMs: askedMs } : undefined
  return { kind: 'retry', delayMs: Math.max(delay, askedMs ?? 0), ...pause }
}

function retryAfterMs(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  if (/^\d+$/.test(text)) return clamp(Number(text) * SECOND)
  const until = Date.parse(text)
  if (Number.isNaN(until)) return undefined
  const theirs = Date.parse(headers.get('date') ?? '')
  return clamp(until - (Number.isNaN(theirs) ? now : theirs))
}

const clamp = (ms: number): number => Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
