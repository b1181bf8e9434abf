import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { ApiError, type ReasonOf } from '../errors.ts'

export interface ResendInput {
  /** Only deliveries of this app are known here. */
  appId: string
  deliveryId: number
}

interface Obstacle {
  open: boolean
  state: string | null
  reason: string | null
  revoked: boolean
  deleted: boolean
  endpoint_ready: boolean
}

/**
 * Queues a finished delivery once more, now and outside its lane, with the same webhook-id and the same body, and
 * returns the new delivery's id. Throws NOT_FOUND for an id that is not the app's, and FAILED_PRECONDITION for one
 * that is not finished, was cancelled, that the user's withdrawn consent forbids, or whose endpoint cannot be called.
 */
export async function resendDelivery(db: Database | Tx, { appId, deliveryId }: ResendInput): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id,
      conversation_id, grant_id, replay, due_at)
    select h.endpoint_id, gen_random_uuid(), h.sequence, h.subscription_id, h.event_type, h.source_id,
      h.conversation_id, h.grant_id, true, clock_timestamp()
    from delivery_history h
    join endpoints e on e.id = h.endpoint_id
    left join grants g on g.id = h.grant_id
    where h.id = ${deliveryId} and e.app_id = ${appId} and h.state in ('delivered', 'dead')
      and e.state = 'enabled' and e.url is not null
      and (h.grant_id is null or g.id is not null and g.revoked_at is null)
      and not exists (select from messages m where m.id = h.source_id and m.body ->> 'deleted' = 'true')
    returning id`.execute(db)
  const resent = rows[0]
  if (resent) return resent.id
  throw refusal(deliveryId, await findObstacle(db, { appId, deliveryId }))
}

async function findObstacle(db: Database | Tx, input: ResendInput): Promise<Obstacle | undefined> {
  const { rows } = await sql<Obstacle>`
    select d.open, d.state, d.reason, e.state = 'enabled' and e.url is not null as endpoint_ready,
      d.grant_id is not null and not exists (
        select 1 from grants g where g.id = d.grant_id and g.revoked_at is null) as revoked,
      exists (select from messages m where m.id = d.source_id and m.body ->> 'deleted' = 'true') as deleted
    from (
      select true as open, null as state, null as reason, q.endpoint_id, q.grant_id, q.source_id
      from delivery_queue q where q.id = ${input.deliveryId}
      union all
      select false, h.state, h.reason, h.endpoint_id, h.grant_id, h.source_id from delivery_history h where h.id = ${input.deliveryId}) d
    join endpoints e on e.id = d.endpoint_id
    where e.app_id = ${input.appId}`.execute(db)
  return rows[0]
}

function refusal(deliveryId: number, obstacle: Obstacle | undefined): ApiError {
  if (!obstacle) {
    return new ApiError(
      'NOT_FOUND',
      'this app has no such delivery: take an id from its list of deliveries',
      { reason: 'DELIVERY_NOT_FOUND' },
    )
  }
  const refused = (reason: ReasonOf<'FAILED_PRECONDITION'>, message: string) =>
    new ApiError('FAILED_PRECONDITION', `delivery ${deliveryId} cannot be sent again: ${message}`, { reason })
  if (obstacle.open) {
    return refused(
      'DELIVERY_NOT_FINISHED',
      obstacle.endpoint_ready
        ? 'it is not finished; it goes on by itself, wait for its outcome'
        : 'it is not finished; it is held until the events URL is set and enabled',
    )
  }
  if (obstacle.deleted) return refused('MESSAGE_DELETED', 'whoever wrote the message has been deleted')
  if (obstacle.revoked) {
    return refused('GRANT_REVOKED', 'the user took their consent back; only a new consent gives new events')
  }
  if (obstacle.state === 'cancelled') {
    return refused(
      'DELIVERY_CANCELLED',
      `it was cancelled (${obstacle.reason}), and then nothing is sent again`,
    )
  }
  if (!obstacle.endpoint_ready) {
    return refused('ENDPOINT_DISABLED', 'the events URL is missing or disabled; set it or enable it first')
  }
  return refused('DELIVERY_CHANGED', 'it changed at this moment; try again')
}
