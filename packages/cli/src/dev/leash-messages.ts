/** What the leash says to the command that started it. */
export type FromLeash =
  | { type: 'started'; pid: number }
  /** The program could not be started: the system's word for why. */
  | { type: 'failed'; code: string }
  | { type: 'ended'; code: number | null; signal: string | null }

/** What it is told. */
export interface ToLeash {
  type: 'end'
  /** At once, without letting the program clean up. */
  hard: boolean
}
