import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/** Removes windows that began more than a day ago, so that all of them are over; who comes again begins a new one. */
export const pruneQuotas = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches(
    { db, signal },
    { table: 'quota_windows', by: sql`t.started_at`, before: sql`now() - interval '25 hours'` },
  )
