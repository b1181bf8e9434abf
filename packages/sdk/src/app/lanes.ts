/** A handler that has not ended by then never will; six times as long as the platform waits for an answer. */
export const MAX_RUN_MS = 60_000

interface Running {
  since: number
  end: AbortController
}

/**
 * Runs work of one lane in the order it came, one after another; other lanes do not wait for it. The signal that work
 * gets says that it has been given up.
 */
export class Lanes {
  readonly #now: () => number
  readonly #ends = new Map<string, Promise<unknown>>()
  readonly #running = new Map<string, Running>()

  constructor(now: () => number) {
    this.#now = now
  }

  run<T>(lane: string, work: (givenUp: AbortSignal) => Promise<T>): Promise<T> {
    const before = this.#ends.get(lane) ?? Promise.resolve()
    const run = before.then(() => {
      const running = { since: this.#now(), end: new AbortController() }
      this.#running.set(lane, running)
      return work(running.end.signal)
    })
    const end = run
      .catch(() => {})
      .then(() => {
        this.#running.delete(lane)
        if (this.#ends.get(lane) === end) this.#ends.delete(lane)
      })
    this.#ends.set(lane, end)
    return run
  }

  /**
   * Work that never settles would hold its lane for ever. Called when something comes to the lane, as it does, for the
   * platform repeats what is not answered: so no timer runs for work that ends.
   */
  giveUpStuck(lane: string): void {
    const running = this.#running.get(lane)
    if (running === undefined || this.#now() - running.since < MAX_RUN_MS) return
    running.end.abort(
      new Error(`it has not ended after ${MAX_RUN_MS / 1000} s, and its lane goes on without it`),
    )
  }
}
