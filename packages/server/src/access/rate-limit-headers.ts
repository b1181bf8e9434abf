import type { QuotaSubject } from './quota-subject.ts'

/**
 * How a subject stands, as headers (wire contract §12): of the window of which least is left, under the names of the
 * IETF drafts up to 06, which clients know. Null when nothing limits it.
 */
export function rateLimitHeaders(subject: QuotaSubject, now: number): Record<string, string> | null {
  const window = subject.tightest
  if (!window) return null
  return {
    'ratelimit-limit': String(window.limit),
    'ratelimit-remaining': String(window.remaining),
    'ratelimit-reset': String(secondsLeft(window.leftMs(now))),
    'ratelimit-policy': subject.policy,
  }
}

/** Rounded up: who waits so long finds the next window. */
export const secondsLeft = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))
