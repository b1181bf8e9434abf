import type { DeliveryQueue } from '../../api/development/development-shapes.ts'

/** When the next attempt comes, for a sentence. */
export type NextAttempt =
  | { kind: 'none' }
  | { kind: 'now' }
  | { kind: 'seconds'; count: number }
  | { kind: 'minutes'; count: number }
  | { kind: 'never' }

const MINUTE_S = 60

/** @param now milliseconds since 1970. */
export function nextAttempt(queue: DeliveryQueue, now: number): NextAttempt {
  const { waiting, held, next_attempt_at: next } = queue
  if (waiting === 0) return { kind: 'none' }
  if (next === null) return held > 0 ? { kind: 'never' } : { kind: 'now' }
  const seconds = Math.ceil((Date.parse(next) - now) / 1000)
  if (seconds <= 0) return { kind: 'now' }
  if (seconds < 2 * MINUTE_S) return { kind: 'seconds', count: seconds }
  return { kind: 'minutes', count: Math.round(seconds / MINUTE_S) }
}
