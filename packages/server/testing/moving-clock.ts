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
}
