import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

/** What waits for an app, and why it waits. */
export interface QueueState {
  /** Not delivered yet and not under way, counted up to {@link MOST_COUNTED}. */
  waiting: number
  /** Of these, held until an endpoint is enabled again, or has a URL. */
  held: number
  in_flight: number
  /** Worst of the app's endpoints. */
  breaker: 'closed' | 'half_open' | 'open' | 'disabled'
  paused_until: Date | null
  next_attempt_at: Date | null
  oldest_at: Date | null
}

export const MOST_COUNTED = 10_000

export async function readQueue(db: Database, appId: string): Promise<QueueState> {
  const { rows } = await sql<QueueState>`
    with mine as (
      select e.id, e.state = 'disabled' or e.url is null as closed,
        nullif(e.paused_until, '-infinity') as paused_until,
        case when e.state = 'disabled' then 3 when e.paused_until > now() then 2
          when e.paused_until > '-infinity' then 1 else 0 end as standing
      from endpoints e where e.app_id = ${appId}),
    counted as (
      select m.closed, n.waiting from mine m cross join lateral (
        select count(*)::integer as waiting from (
          select from delivery_queue q where q.endpoint_id = m.id and q.lease_until is null
          limit ${MOST_COUNTED}) c) n)
    select
      (select least(coalesce(sum(c.waiting), 0), ${MOST_COUNTED})::integer from counted c) as waiting,
      (select least(coalesce(sum(c.waiting) filter (where c.closed), 0), ${MOST_COUNTED})::integer
        from counted c) as held,
      (select count(*)::integer from delivery_queue q
        where q.lease_until is not null and q.endpoint_id in (select m.id from mine m)) as in_flight,
      (array['closed', 'half_open', 'open', 'disabled'])[1 + (select coalesce(max(m.standing), 0) from mine m)]
        as breaker,
      (select max(m.paused_until) from mine m where m.paused_until > now()) as paused_until,
      (select min(greatest(d.due_at, m.paused_until, now())) from mine m cross join lateral (
        select min(q.due_at) as due_at from delivery_queue q
        where q.endpoint_id = m.id and q.due_at is not null) d
        where d.due_at is not null and not m.closed) as next_attempt_at,
      (select min(f.created_at) from mine m cross join lateral (
        select q.created_at from delivery_queue q where q.endpoint_id = m.id
        order by q.id limit 1) f) as oldest_at`.execute(db)
  return rows[0]!
}

/**
 * Lets everything that waits for the app go out now: endpoints are healthy and enabled as if nothing had failed, and
 * what waited for its next attempt is due. Only heads of lanes wait for a time, so each lane keeps its order. Takes
 * locks in the order of the queue: rows by (endpoint, lane, sequence, subscription), then endpoints by id.
 * @returns how many became due.
 */
export async function drainQueue(tx: Tx, appId: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select q.id from delivery_queue q
    where q.endpoint_id in (select e.id from endpoints e where e.app_id = ${appId})
      and q.due_at > clock_timestamp()
    order by uuid_send(q.endpoint_id), uuid_send(q.lane), q.sequence, uuid_send(q.subscription_id)
    for update`.execute(tx)
  if (rows.length > 0) {
    await sql`
      update delivery_queue q set due_at = clock_timestamp()
      where q.id = any (${rows.map(({ id }) => id)}::bigint[]) and q.due_at is not null`.execute(tx)
  }
  // A later revision: what was under way until now says nothing about an endpoint that begins anew.
  await sql`
    update endpoints e
    set state = 'enabled', disabled_reason = null, disabled_at = null, paused_until = '-infinity', probe_until = null,
      breaker_trips = 0, failure_streak = 0, first_failure_at = null, last_failure_at = null, warned_at = null,
      revision = revision + 1
    where e.id in (select x.id from endpoints x where x.app_id = ${appId} order by x.id for no key update)`.execute(
    tx,
  )
  return rows.length
}
