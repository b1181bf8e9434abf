import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { webhookId } from './delivery-id.ts'
import { type EventRendering, renderEvent } from './render-event.ts'

/**
 * Not finished: `pending`, whether it waits for its turn, is due, under way or between attempts; `held` while its
 * endpoint is disabled or has no URL, for nothing is attempted then.
 */
export const DELIVERY_STATES = ['pending', 'held', 'delivered', 'dead', 'cancelled'] as const

export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface ListDeliveriesInput {
  appId: string
  state?: DeliveryState | undefined
  /** The `nextCursor` of the page before; absent for the newest. */
  cursor?: number | undefined
  /** 1 to 100. */
  limit: number
}

export interface DeliverySummary {
  id: number
  webhookId: string
  eventType: string
  state: DeliveryState
  /** Why it is dead or cancelled. */
  reason: string | null
  /** Sent once more after it was finished. */
  replay: boolean
  conversationId: string | null
  createdAt: Date
  finishedAt: Date | null
  /** Null while under way, behind its lane, held, or finished. */
  nextAttemptAt: Date | null
  attemptsMade: number
}

export interface DeliveryView extends DeliverySummary {
  /** The exact body of every attempt; null when what it tells of no longer exists. */
  requestBody: string | null
  /** Oldest first. Request headers are as sent, but for Authorization, which is masked. */
  attempts: AttemptView[]
}

export interface AttemptView {
  attempt: number
  startedAt: string
  durationMs: number
  outcome: string
  status: number | null
  error: string | null
  requestHeaders: Record<string, string>
  answerHeaders: Record<string, string> | null
  answerBody: string | null
}

interface Row extends Omit<DeliverySummary, 'webhookId'> {
  sourceId: string
  subscriptionId: string
}

interface DetailedRow extends Row {
  metadata: Parameters<typeof renderEvent>[2]['metadata']
  content: unknown
  attempts: AttemptView[]
}

/** An app's deliveries, newest first; `nextCursor` is null on the last page. */
export async function listDeliveries(
  db: Database | Tx,
  { appId, state, cursor, limit }: ListDeliveriesInput,
): Promise<{ deliveries: DeliverySummary[]; nextCursor: number | null }> {
  const place = { state, below: cursor ?? Number.MAX_SAFE_INTEGER, limit }
  const endpoints = await endpointsOf(db, appId)
  const parts = endpoints.flatMap((endpoint) => partsOf(endpoint, place))
  if (parts.length === 0) return { deliveries: [], nextCursor: null }
  const { rows } = await sql<Row>`
    select * from (${union(parts)}) d order by d.id desc limit ${limit + 1}`.execute(db)
  const page = rows.slice(0, limit)
  return {
    deliveries: page.map(toSummary),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** One delivery of the app, with its attempts; undefined when it has none of this id. */
export async function findDelivery(
  db: Database | Tx,
  rendering: EventRendering,
  { appId, deliveryId }: { appId: string; deliveryId: number },
): Promise<DeliveryView | undefined> {
  const endpoints = await endpointsOf(db, appId)
  if (endpoints.length === 0) return undefined
  const its = sql`d.id = ${deliveryId} and d.endpoint_id = any (${endpoints.map(({ id }) => id)}::uuid[])`
  const { rows } = await sql<DetailedRow>`
    select d.*, s.metadata, event.content, coalesce(
      (select h.attempt_log from delivery_history h where h.id = d.id),
      (select json_agg(a.record order by a.attempt) from delivery_attempts a where a.delivery_id = d.id),
      '[]') as attempts
    from (
      select ${openColumns(sql`(select ${OPEN_STATE} from endpoints where id = d.endpoint_id)`)}
      from delivery_queue d where ${its}
      union all
      select ${FINISHED_COLUMNS} from delivery_history d where ${its}) d
    left join subscriptions s on s.id = d."subscriptionId"
    left join lateral event_content(d."sourceId") event on true
    limit 1`.execute(db)
  return rows[0] && toView(rendering, appId, rows[0])
}

type Sql = RawBuilder<unknown>

interface Endpoint {
  id: string
  openState: 'pending' | 'held'
}

const OPEN_STATE = sql<Endpoint['openState']>`
  case when state = 'enabled' and url is not null then 'pending' else 'held' end`

/** Beside the events URL, the URLs of older subscriptions (wire contract §4), the latest of them. */
const MOST_ENDPOINTS = 20

async function endpointsOf(db: Database | Tx, appId: string): Promise<Endpoint[]> {
  return await db
    .selectFrom('endpoints')
    .select(['id', OPEN_STATE.as('openState')])
    .where('app_id', '=', appId)
    .orderBy('kind')
    .orderBy('created_at', 'desc')
    .limit(MOST_ENDPOINTS)
    .execute()
}

interface Place {
  state: DeliveryState | undefined
  below: number
  limit: number
}

/** Wherever deliveries in this state can be. */
function partsOf(endpoint: Endpoint, { state, below, limit }: Place): Sql[] {
  // A range and not an equality, and sorted by both: what the primary key cannot offer, which would be walked through
  // all that newer deliveries of others there are.
  const walk = (only: Sql): Sql => sql`
    where ${only} and (d.endpoint_id, d.id) < (${endpoint.id}, ${below}) and (d.endpoint_id, d.id) > (${endpoint.id}, 0)
    order by d.endpoint_id desc, d.id desc limit ${limit + 1}`
  const columns = openColumns(sql`${endpoint.openState}::text`)
  const parts: Sql[] = []
  if (state === undefined || state === endpoint.openState) {
    // Those at rest may be millions; those under way are few, and found by their lease.
    parts.push(sql`
      (select ${columns} from delivery_queue d ${walk(sql`d.lease_until is null`)})`)
    parts.push(sql`
      (select ${columns}
      from (select * from delivery_queue where lease_until > '-infinity' offset 0) d ${walk(sql`true`)})`)
  }
  if (state !== 'pending' && state !== 'held') {
    const only = state === undefined ? sql`true` : sql`d.state = ${state}`
    parts.push(sql`(select ${FINISHED_COLUMNS} from delivery_history d ${walk(only)})`)
  }
  return parts
}

const union = (parts: readonly Sql[]): Sql => sql.join(parts, sql` union all `)

const openColumns = (state: Sql): Sql => sql`
  d.id, d.event_type as "eventType", ${state} as state, null as reason, d.replay,
  d.conversation_id as "conversationId", d.created_at as "createdAt", null::timestamptz as "finishedAt",
  case when ${state} <> 'held' then d.due_at end as "nextAttemptAt",
  d.attempts::integer as "attemptsMade", d.source_id as "sourceId", d.subscription_id as "subscriptionId"`

const FINISHED_COLUMNS: Sql = sql`
  d.id, d.event_type as "eventType", d.state, d.reason, d.replay, d.conversation_id as "conversationId",
  d.created_at as "createdAt", d.finished_at as "finishedAt", null::timestamptz as "nextAttemptAt",
  d.attempts::integer as "attemptsMade", d.source_id as "sourceId", d.subscription_id as "subscriptionId"`

const toSummary = ({ sourceId, subscriptionId, ...row }: Row): DeliverySummary => ({
  ...row,
  webhookId: webhookId(sourceId, subscriptionId),
})

function toView(
  rendering: EventRendering,
  appId: string,
  { metadata, content, attempts, ...row }: DetailedRow,
): DeliveryView {
  const source = { eventType: row.eventType, metadata, content }
  const body = content === null ? undefined : renderEvent(rendering, appId, source)
  return { ...toSummary(row), requestBody: body ?? null, attempts }
}
