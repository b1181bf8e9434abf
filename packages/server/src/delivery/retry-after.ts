export const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000

/**
 * How long an answer's Retry-After asks us to stay away, in milliseconds from now, 0 to 24 h; undefined without a
 * readable one. A date is measured against the answer's own Date header: only the difference counts, so an app
 * whose clock is wrong is still understood. `now` is in milliseconds since 1970.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const text = headers['retry-after']?.trim()
  if (!text) return undefined
  if (/^\d+$/.test(text)) return clamp(Number(text) * 1000)
  const until = Date.parse(text)
  if (Number.isNaN(until)) return undefined
  const theirs = Date.parse(headers.date ?? '')
  return clamp(until - (Number.isNaN(theirs) ? now : theirs))
}

const clamp = (ms: number): number => Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
