/** Time as the code sees it, injected so that tests can move it. */
export interface Clock {
  /** Wall time in milliseconds since 1970. */
  now(): number
  /** Monotonic milliseconds, for durations and leases; never goes back when the wall clock is set. */
  monotonic(): number
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

/** Microseconds since 1970 as RFC 3339 in UTC, e.g. `2026-11-22T10:00:00.123456Z`. */
export function toRfc3339(microseconds: number): string {
  const seconds = new Date(Math.floor(microseconds / 1e6) * 1000).toISOString().slice(0, 19)
  return `${seconds}.${String(microseconds % 1e6).padStart(6, '0')}Z`
}
