import type { Log } from '../log.ts'

export interface HousekeepingOptions {
  /** What to remove, by name; each is one or more short statements that any number of nodes may run at once. */
  tasks: Readonly<Record<string, () => Promise<void>>>
  everyMs: number
  log: Log
}

/**
 * Removes what can no longer be used, every so often; the first round comes after one pause, so that a start is
 * never slowed. A task that fails is logged and tried again next time.
 * @returns a function that ends it, after the round under way.
 */
export function startHousekeeping({ tasks, everyMs, log }: HousekeepingOptions): () => Promise<void> {
  let round = Promise.resolve()
  const run = async (): Promise<void> => {
    for (const [name, task] of Object.entries(tasks)) {
      try {
        await task()
      } catch (error) {
        log.warn({ err: error, task: name }, 'housekeeping failed; it is tried again later')
      }
    }
  }
  const timer = setInterval(() => {
    round = round.then(run)
  }, everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    return round
  }
}
