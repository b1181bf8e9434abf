import type { Pool } from 'pg'
import { createDatabase } from '../packages/server/src/db/database.ts'
import { addApp, addUser } from '../packages/server/testing/marketplace-fixture.ts'

const PER_LANE = 10
/** More in one statement might run into the time that every statement has. */
const LANES_AT_ONCE = 5_000

/**
 * Deliveries of an app that has been down for a while: its endpoint is paused, and ten wait in each lane, the first of
 * them due. Nothing is ever sent to it, so their messages need not exist.
 */
export async function addWaiting(pool: Pool, amount: number): Promise<void> {
  const db = createDatabase(pool)
  const owner = await addUser(db)
  const { endpointId } = await addApp(db, owner.id, { eventsUrl: 'http://127.0.0.1:9/down' })
  await pool.query(
    `update endpoints set paused_until = now() + interval '1 day', failure_streak = 50, first_failure_at = now(),
       last_failure_at = now(), breaker_trips = 5 where id = $1`,
    [endpointId],
  )
  const lanes = amount / PER_LANE
  for (let from = 1; from <= lanes; from += LANES_AT_ONCE) {
    await pool.query(
      `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id,
         conversation_id, due_at, created_at)
       select $1, lane.id, place, $1, 'NEW_MESSAGE', gen_random_uuid(), lane.id,
         case when place = 1 then lane.at end, lane.at + place * interval '1 minute'
       from (
         select gen_random_uuid() as id, now() - interval '1 day' + n * interval '1 millisecond' as at
         from generate_series($2::integer, $3::integer) as n offset 0) lane,
         generate_series(1, ${PER_LANE}) as place`,
      [endpointId, from, Math.min(lanes, from + LANES_AT_ONCE - 1)],
    )
  }
  await pool.query('vacuum analyze delivery_queue')
}
