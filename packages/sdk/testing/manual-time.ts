import type { Time } from '../src/client/time.ts'

/**
 * A clock that tests move. Sleeps shorter than `longFrom` are over at once and move it; longer ones, which are
 * deadlines, hang until `expire` or their signal ends them.
 */
export class ManualTime implements Time {
  /** The short sleeps, in milliseconds. */
  readonly waits: number[] = []
  readonly #longFrom: number
  readonly #deadlines = new Set<() => void>()
  #now: number

  constructor({ now = Date.UTC(2026, 10, 22, 8), longFrom = 20_000 } = {}) {
    this.#now = now
    this.#longFrom = longFrom
  }

  now(): number {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }

  /** Deadlines that are running. */
  get deadlines(): number {
    return this.#deadlines.size
  }

  /** The time of all running deadlines is over. */
  expire(): void {
    for (const end of this.#deadlines) end()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (ms < this.#longFrom) {
      this.waits.push(ms)
      this.#now += ms
      return Promise.resolve()
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const end = (): void => {
      this.#deadlines.delete(end)
      this.#now += ms
      resolve()
    }
    this.#deadlines.add(end)
    signal?.addEventListener('abort', () => {
      this.#deadlines.delete(end)
      reject(signal.reason)
    })
    return promise
  }
}
