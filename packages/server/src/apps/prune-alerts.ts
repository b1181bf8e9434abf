import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/** Removes alerts after 90 days, seen or not. */
export const pruneAlerts = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches(
    { db, signal },
    { table: 'app_alerts', by: sql`t.created_at`, before: sql`now() - interval '90 days'` },
  )
