import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { webhookId } from '../delivery/delivery-id.ts'
import type { AttemptRecord } from '../delivery/leased-delivery.ts'
import type { StoryDelivery } from './story-answer.ts'

export interface ToldDelivery
  extends Omit<
    StoryDelivery,
    | 'delivery_id'
    | 'webhook_id'
    | 'created_at'
    | 'finished_at'
    | 'next_attempt_at'
    | 'waits_behind'
    | 'ahead_attempt_at'
    | 'attempts'
  > {
  id: number
  webhookId: string
  createdAt: Date
  finishedAt: Date | null
  nextAttemptAt: Date | null
  waitsBehind: boolean
  aheadAttemptAt: Date | null
  attempts: AttemptRecord[]
}

interface Row extends Omit<ToldDelivery, 'webhookId'> {
  subscriptionId: string
}

export interface DeliveriesInput {
  messageId: string
  conversationId: string
  sequence: number
  /** Ids that are known already, from exchanges. */
  known: readonly number[]
  limit: number
}

const MOST_ENDPOINTS = 100
/** Of each endpoint so many of the newest finished deliveries are looked through: no index leads from a message to them. */
const MOST_WALKED = 1_000

/**
 * The newest deliveries of a message, finished or not, the oldest first. Open ones are found by their lane, replays by
 * their message, and finished ones among the newest of each endpoint or by an id that an exchange names.
 */
export async function deliveriesOf(db: Database, input: DeliveriesInput): Promise<ToldDelivery[]> {
  const { messageId, conversationId, sequence, known, limit } = input
  const { rows } = await sql<Row>`
    with ends as materialized (
      select e.id from endpoints e order by e.created_at desc limit ${MOST_ENDPOINTS}
    ),
    found as (
      select q.id from ends e cross join lateral (
        select q.id, q.source_id from delivery_queue q
        where q.endpoint_id = e.id and q.lane = ${conversationId} and q.sequence = ${sequence} limit 100) q
      where q.source_id = ${messageId}
      union select q.id from delivery_queue q where q.replay and q.source_id = ${messageId}
      union select h.id from delivery_history h where h.replay and h.source_id = ${messageId}
      union select unnest(${[...known]}::bigint[])
      union select h.id from ends e cross join lateral (
        select h.id, h.source_id from delivery_history h where h.endpoint_id = e.id
        order by h.endpoint_id desc, h.id desc limit ${MOST_WALKED}) h
      where h.source_id = ${messageId}
    ),
    newest as (select f.id from found f order by f.id desc limit ${limit})
    select d.*, a.slug as app
    from newest n
    cross join lateral (
      select q.id, q.endpoint_id, q.event_type, q.subscription_id as "subscriptionId", q.replay,
        (select case when e.state = 'enabled' and e.url is not null then 'pending' else 'held' end
          from endpoints e where e.id = q.endpoint_id) as state,
        null as reason, q.lease_until is not null as under_way, q.created_at as "createdAt",
        null::timestamptz as "finishedAt", q.due_at as "nextAttemptAt",
        ahead.due_at is not null or ahead.lease_until is not null as "waitsBehind",
        ahead.due_at as "aheadAttemptAt",
        coalesce((select json_agg(t.record order by t.attempt) from delivery_attempts t
          where t.delivery_id = q.id), '[]') as attempts
      from delivery_queue q
      left join lateral (
        select o.due_at, o.lease_until from delivery_queue o
        where q.due_at is null and q.lease_until is null and o.endpoint_id = q.endpoint_id and o.lane = q.lane
          and (o.sequence, o.subscription_id) < (q.sequence, q.subscription_id)
        order by o.sequence, o.subscription_id limit 1) ahead on true
      where q.id = n.id and q.source_id = ${messageId}
      union all
      select h.id, h.endpoint_id, h.event_type, h.subscription_id, h.replay, h.state, h.reason, false, h.created_at,
        h.finished_at, null, false, null, h.attempt_log
      from delivery_history h where h.id = n.id and h.source_id = ${messageId}) d
    join endpoints e on e.id = d.endpoint_id join apps a on a.id = e.app_id
    order by d.id`.execute(db)
  return rows.map(({ subscriptionId, ...row }) => ({
    ...row,
    webhookId: webhookId(messageId, subscriptionId),
  }))
}
