import type { Log } from '../log.ts'

export interface HousekeepingOptions {
  /**
   * What to do, by name, in this order; each is a row of short statements that any number of nodes may run at once,
   * and ends early when the signal is given.
   */
  tasks: Readonly<Record<string, (signal: AbortSignal) => Promise<void>>>
  /** Milliseconds from the start to the first round: later than a start's own work, sooner than the next start. */
  firstAfterMs: number
  /** Milliseconds between the beginnings of two rounds. */
  everyMs: number
  log: Log
}

/**
 * Removes what is no longer kept, every so often. A task that fails is logged and tried again in the next round.
 * @returns a function that ends it, after the statement under way.
 */
export function startHousekeeping({ tasks, firstAfterMs, everyMs, log }: HousekeepingOptions) {
  const ending = new AbortController()
  let round = Promise.resolve()
  const run = async (): Promise<void> => {
    for (const [name, task] of Object.entries(tasks)) {
      if (ending.signal.aborted) return
      try {
        await task(ending.signal)
      } catch (error) {
        log.warn({ err: error, task: name }, 'housekeeping failed; it is tried again later')
      }
    }
  }
  let timer = setTimeout(function next() {
    const startedAt = performance.now()
    round = run().then(() => {
      if (ending.signal.aborted) return
      timer = setTimeout(next, Math.max(0, everyMs - (performance.now() - startedAt))).unref()
    })
  }, firstAfterMs).unref()
  return (): Promise<void> => {
    ending.abort()
    clearTimeout(timer)
    return round
  }
}
