import { startLoop, type WakeableLoop } from '../delivery/wakeable-loop.ts'
import type { Log } from '../log.ts'
import {
  claimDeletions,
  holdDeletions,
  type OpenDeletion,
  releaseDeletions,
} from '../marketplace/user-deletion-work.ts'
import { type EraseDeps, emptyEverythingOf, forgetAnswersAndConsents } from './erase-user.ts'

export interface UserEraserDeps extends EraseDeps {
  log: Pick<Log, 'warn'>
}

export interface UserEraserOptions {
  /** Pause between two looks for something to do: what a node that died has left is found by then. */
  pollMs: number
  /** Well below a lease. */
  holdMs: number
}

export interface UserEraser {
  start(): void
  /** There is somebody to erase. */
  wake(): void
  /** Ends after the statement under way; what is not done, another node or the next start does. */
  stop(): Promise<void>
}

const DEFAULTS: UserEraserOptions = { pollMs: 5_000, holdMs: 10_000 }
/** One search of the history serves so many. */
const AT_ONCE = 50

/** Erases deleted people, beside everything else. Every node runs one; what one is at, no other takes. */
export function createUserEraser(deps: UserEraserDeps, options: Partial<UserEraserOptions> = {}): UserEraser {
  const { db, log } = deps
  const { pollMs, holdMs } = { ...DEFAULTS, ...options }
  let loop: WakeableLoop | undefined
  let stopping = new AbortController()
  let failing = false

  async function run(): Promise<void> {
    try {
      let claimed: OpenDeletion[]
      do claimed = await claimDeletions(db, AT_ONCE)
      while (claimed.length > 0 && (await erase(claimed)) && !stopping.signal.aborted)
      failing = false
    } catch (error) {
      complain(error)
    }
  }

  /** @returns false when not all of it could be done, for whatever reason. */
  async function erase(claimed: readonly OpenDeletion[]): Promise<boolean> {
    const userIds = claimed.map(({ userId }) => userId)
    const holding = setInterval(() => {
      // A lease that is not renewed lets another node do the same beside this one, which does no harm.
      void holdDeletions(db, userIds).catch(() => {})
    }, holdMs)
    try {
      const emptied: OpenDeletion[] = []
      for (const deletion of claimed) if (await empty(deletion)) emptied.push(deletion)
      if (emptied.length > 0) await forgetAnswersAndConsents(deps, emptied, stopping.signal)
      return emptied.length === claimed.length
    } finally {
      clearInterval(holding)
      await releaseDeletions(db, userIds)
    }
  }

  /** What cannot be done for one does not keep the others from being erased. */
  async function empty({ userId, emptied }: OpenDeletion): Promise<boolean> {
    if (emptied) return true
    try {
      await emptyEverythingOf(deps, userId, stopping.signal)
      return !stopping.signal.aborted
    } catch (error) {
      complain(error)
      return false
    }
  }

  function complain(error: unknown): void {
    if (!failing) log.warn({ err: error }, 'a deleted person could not be erased; it is tried again')
    failing = true
  }

  return {
    start() {
      stopping = new AbortController()
      loop ??= startLoop(run, { pauseMs: pollMs })
    },
    wake() {
      loop?.wake()
    },
    async stop() {
      stopping.abort()
      await loop?.stop()
      loop = undefined
    },
  }
}
