/** How a worker's life ended, as its group sees it. */
export interface Ending {
  /** From when it could serve to its end; null when it never could. */
  servedMs: number | null
  /** Endings before this one, in a row, of which none came after a steady life. */
  failures: number
  /** Whether another worker of the group can serve at this moment. */
  othersServe: boolean
}

export type Consequence = { kind: 'restart'; afterMs: number; failures: number } | { kind: 'give-up' }

/** Whoever served for so long did not end because of how it starts. */
const STEADY_MS = 10_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
const MOST_FAILURES = 5

/**
 * A worker is replaced at once after a steady life, and after longer and longer pauses otherwise. The group gives up
 * when starts fail over and over and nobody serves: whoever runs the program must see that. As long as
 * another worker serves it goes on trying, because fewer workers are better than none.
 */
export function afterEnding({ servedMs, failures, othersServe }: Ending): Consequence {
  if (servedMs !== null && servedMs >= STEADY_MS) return { kind: 'restart', afterMs: 0, failures: 0 }
  if (failures + 1 >= MOST_FAILURES && !othersServe) return { kind: 'give-up' }
  const afterMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS)
  return { kind: 'restart', afterMs, failures: failures + 1 }
}
