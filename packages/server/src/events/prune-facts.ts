import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/**
 * Removes facts older than `keepMs` that no delivery, open or kept, is rendered from any more. A replay makes a new
 * delivery of an old fact, so that no age alone would be enough. To be run before finished deliveries are removed: the
 * fact of one that is just being replayed then outlives it by a round.
 */
export const pruneEventFacts = (db: Database, keepMs: number, signal: AbortSignal): Promise<void> =>
  deleteInBatches(
    { db, signal },
    {
      table: 'event_facts',
      by: sql`t.created_at`,
      before: sql`now() - ${keepMs} * interval '1 millisecond'`,
      unless: sql`
        exists (select from delivery_queue q where q.conversation_id is null and q.source_id = t.id)
        or exists (select from delivery_history h where h.conversation_id is null and h.source_id = t.id)`,
    },
  )
