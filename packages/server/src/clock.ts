/** Time as the code sees it, injected so that tests can move it. */
export interface Clock {
  /** Wall time in milliseconds since 1970. */
  now(): number
  /** Monotonic milliseconds, for durations and leases; never goes back when the wall clock is set. */
  monotonic(): number
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }
