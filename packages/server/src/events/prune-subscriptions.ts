import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { partitionWidth } from '../db/partition-ranges.ts'

/**
 * Days from the creation of a delivery to its end, at most, unless the index delivery_history_late has it
 * (db/migrations/0007_retention.sql), and one more in which an expired partition is dropped.
 */
const DAYS_TO_FINISH_AND_GO = 8

/**
 * Removes subscriptions that ended so long ago that nothing is rendered from their metadata any more, `keepMs` being
 * the longest that a finished delivery is kept. The usual delivery of one is gone by then; the others are looked for:
 * replays, what took unusually long, and what is open still.
 */
export const pruneSubscriptions = (db: Database, keepMs: number, signal: AbortSignal): Promise<void> => {
  const keptMs = keepMs + partitionWidth(keepMs)
  const before = sql`now() - ${keptMs} * interval '1 millisecond' - ${DAYS_TO_FINISH_AND_GO} * interval '1 day'`
  return deleteInBatches(
    { db, signal },
    {
      table: 'subscriptions',
      by: sql`least(t.ended_at, t.expires_at)`,
      before,
      // Most of the time not even the oldest open delivery is old enough, and none has to be looked at.
      unless: sql`
        exists (select from delivery_history h
          where (h.replay or h.finished_at - h.created_at > interval '7 days') and h.subscription_id = t.id)
        or exists (select from delivery_queue q where q.replay and q.subscription_id = t.id)
        or (select q.created_at from delivery_queue q order by q.id limit 1) < ${before}
          and exists (select from delivery_queue q where q.created_at < ${before} and q.subscription_id = t.id)`,
    },
  )
}
