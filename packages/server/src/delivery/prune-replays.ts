import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/** Removes replays that ended a month ago; of one that was cancelled, the last delivery must have ended too. */
export async function pruneReplays(db: Database, signal: AbortSignal): Promise<void> {
  await deleteInBatches(
    { db, signal },
    {
      table: 'replay_jobs',
      by: sql`t.finished_at`,
      before: sql`now() - interval '30 days'`,
      unless: sql`exists (
        select from replay_walks w where w.job_id = t.id and cardinality(w.outstanding) > 0 and not w.closed)`,
    },
  )
}
