import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/** Removes idempotency keys past the 24 hours in which they count (wire contract §2). */
export const pruneIdempotencyKeys = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches(
    { db, signal },
    { table: 'idempotency_keys', by: sql`t.created_at`, before: sql`now() - interval '24 hours'` },
  )
