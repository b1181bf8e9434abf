/** Nobody means more; a number without bound is of no use to who waits by it. */
const LONGEST_MS = 365 * 24 * 60 * 60 * 1000

/**
 * What a Retry-After header asks for, in milliseconds from now: it holds seconds, or a date of HTTP. Undefined where
 * there is none that can be read.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(LONGEST_MS, Number(text) * 1000)
  // A date of HTTP begins with the day's name; Date.parse would read much else as well.
  if (!/^[A-Z][a-z]{2,8}, /.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.min(LONGEST_MS, Math.max(0, at - now))
}
