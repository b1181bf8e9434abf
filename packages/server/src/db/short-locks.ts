import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'
import { lostRace, waitedForLock } from './database-failure.ts'

/** How long others may have to queue behind a lock that this program waits for. */
const LOCK_TIMEOUT = '100ms'
const TRIES = 5
const PAUSE_MS = 100

/**
 * Runs a transaction that needs locks on whole tables beside live traffic: who asks for such a lock makes all that
 * come after wait, so it is asked for briefly, and again after a pause in which the others get on.
 * @returns undefined when it was never to be had; the transaction left no trace then.
 */
export async function underShortLocks<T>(
  db: Database,
  signal: AbortSignal,
  work: (tx: Tx) => Promise<T>,
): Promise<T | undefined> {
  for (let tries = 0; tries < TRIES && !signal.aborted; tries++) {
    // Growing and uneven, so that nodes that collide do not do so again.
    if (tries > 0) await pause(PAUSE_MS * tries * (0.5 + Math.random()))
    try {
      return await db.transaction().execute(async (tx) => {
        await sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`.execute(tx)
        return work(tx)
      })
    } catch (error) {
      if (!waitedForLock(error) && !lostRace(error)) throw error
    }
  }
  return undefined
}
