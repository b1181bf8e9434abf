import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

/** Rows of one statement: short enough that no send waits for it. */
const BATCH = 5_000

/** Removes idempotency keys past the 24 hours in which they count (wire contract §2). */
export async function pruneIdempotencyKeys(db: Database): Promise<void> {
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from idempotency_keys where ctid = any (array(
        select ctid from idempotency_keys where created_at < now() - interval '24 hours'
        limit ${BATCH} for update skip locked))`.execute(db)
    if (numAffectedRows === undefined || numAffectedRows < BATCH) return
  }
}
