import type { Clock } from '../src/clock.ts'

/** The system's clock, which a test can put forward. */
export class MovingClock implements Clock {
  #aheadMs = 0

  now(): number {
    return Date.now() + this.#aheadMs
  }

  monotonic(): number {
    return performance.now()
  }

  forward(ms: number): void {
    this.#aheadMs += ms
  }

  /** How far ahead of the system's clock it is from now on; behind it when negative. */
  set(aheadMs: number): void {
    this.#aheadMs = aheadMs
  }
}
