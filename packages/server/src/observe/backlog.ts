import type { Pool } from 'pg'

/** What waits to be delivered, and how the endpoints stand, over all nodes. */
export interface Backlog {
  /** Age of the oldest due delivery of an open endpoint; 0 when nothing is due. */
  oldestDueSeconds: number
  /** The same of replays, which go slowly on purpose. */
  oldestReplayDueSeconds: number
  /** For how long a due delivery of an open endpoint without a rate limit has been served by nobody at all. */
  unservedDueSeconds: number
  endpoints: Readonly<Record<EndpointState, number>>
  /** Deliveries that are not finished, by the database's running estimate. */
  openDeliveries: number
}

export const ENDPOINT_STATES = ['closed', 'open', 'half_open', 'disabled'] as const
export type EndpointState = (typeof ENDPOINT_STATES)[number]

interface Row extends Record<EndpointState, number> {
  due: number
  replay_due: number
  unserved: number
  open_deliveries: number
}

/**
 * Skips through the index of ready deliveries, one step an endpoint, as the claim does: a million rows that wait for
 * dead endpoints cost no more than one. What is paused, or was until a moment ago, is as old as the end of its pause:
 * it could not be delivered before.
 *
 * Unserved: no lease of the endpoint is held on any node, and none of its attempts has ended since the delivery fell
 * due. A success is noted at most once a minute, so one speaks for the minute after it.
 */
const STATEMENT = {
  name: 'observe_backlog',
  text: `with recursive heads (endpoint_id, replay, due_at) as (
    (select q.endpoint_id, q.replay, q.due_at from delivery_queue q where q.due_at is not null
     order by q.endpoint_id, q.replay, q.due_at limit 1)
    union all
    select f.endpoint_id, f.replay, f.due_at from heads h cross join lateral (
      select q.endpoint_id, q.replay, q.due_at from delivery_queue q
      where q.due_at is not null and (q.endpoint_id, q.replay) > (h.endpoint_id, h.replay)
      order by q.endpoint_id, q.replay, q.due_at limit 1) f
  ), served as materialized (
    select distinct q.endpoint_id from delivery_queue q where q.lease_until > now()
  ), due as materialized (
    select h.replay, e.since,
      case when not h.replay and e.rate_per_second is null
          and h.endpoint_id not in (select s.endpoint_id from served s)
        then greatest(e.since, e.last_failure_at, e.last_success_until)
      end as unserved_since
    from heads h cross join lateral (
      select x.rate_per_second, x.last_failure_at,
        case when x.last_success_at is not null
          then least(x.last_success_at + interval '1 minute', now()) end as last_success_until,
        greatest(h.due_at, x.paused_until, x.skip_before) as since
      from endpoints x
      where x.id = h.endpoint_id and x.state = 'enabled' and x.url is not null and x.paused_until <= now()
      offset 0) e
    where h.due_at <= now()
  )
  select
    coalesce(extract(epoch from now() - min(since) filter (where not replay)), 0)::float8 as due,
    coalesce(extract(epoch from now() - min(since) filter (where replay)), 0)::float8 as replay_due,
    coalesce(extract(epoch from now() - min(unserved_since)), 0)::float8 as unserved,
    (select count(*) from endpoints where url is not null and state = 'enabled' and paused_until = '-infinity') as closed,
    (select count(*) from endpoints where url is not null and state = 'enabled' and paused_until > now()) as open,
    (select count(*) from endpoints where url is not null and state = 'enabled'
       and paused_until <= now() and paused_until > '-infinity') as half_open,
    (select count(*) from endpoints where url is not null and state <> 'enabled') as disabled,
    pg_stat_get_live_tuples('delivery_queue'::regclass) as open_deliveries
  from due`,
}

/** Settings of the sessions that ask for it, so that its plan is the same on an empty queue and on a long one. */
export const BACKLOG_SESSION: Readonly<Record<string, string>> = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
}

export async function readBacklog(pool: Pick<Pool, 'query'>): Promise<Backlog> {
  const { rows } = await pool.query<Row>(STATEMENT)
  const { due, replay_due, unserved, open_deliveries, ...endpoints } = rows[0]!
  return {
    oldestDueSeconds: due,
    oldestReplayDueSeconds: replay_due,
    unservedDueSeconds: unserved,
    endpoints,
    openDeliveries: open_deliveries,
  }
}
