import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { underShortLocks } from '../db/short-locks.ts'

/** Deliveries of one transaction; it keeps their lanes from being added to for its length. */
const BATCH = 500

export interface HeldDeps {
  db: Database
}

/**
 * Ends, as dead and `held_too_long`, what has waited `patienceMs` for an endpoint that has been disabled for as long,
 * or has no URL. Oldest first in each lane, and no lane is left without a head.
 */
export async function endHeldDeliveries(
  { db }: HeldDeps,
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> {
  let ended: number | undefined
  do {
    ended = await underShortLocks(db, signal, async (tx) => {
      const { rows } = await sql<{ ended: number }>`
        select end_held_deliveries(${patienceMs} * interval '1 millisecond', ${BATCH}) as ended`.execute(tx)
      return rows[0]?.ended
    })
  } while (ended)
}
