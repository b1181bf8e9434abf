import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/** Removes clicks, which an app's developer sees in the console for 30 days. */
export const pruneClicks = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches(
    { db, signal },
    { table: 'clicks', by: sql`t.created_at`, before: sql`now() - interval '30 days'` },
  )
