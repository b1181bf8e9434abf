import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/** Removes windows that have been over for a day and more; those who call again begin a new one. */
export const pruneQuotas = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches(
    { db, signal },
    { table: 'quota_windows', by: sql`t.started_at`, before: sql`now() - interval '2 days'` },
  )
