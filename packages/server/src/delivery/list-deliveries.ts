import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { conditionOf, type DeliveryFilter, idAfter, isBefore } from './delivery-filter.ts'
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
  filter?: DeliveryFilter | undefined
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
  /** The exact body of every attempt; null when what it tells of no longer exists, or is withheld. */
  requestBody: string | null
  /** Why its body is not shown: the app has not had it and is not to have it. */
  bodyWithheld: string | null
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
  grantId: string | null
}

interface FoundRow extends Row {
  /** It is one of those looked for, or only where its part stopped looking. */
  matches: boolean
  /** How many its part had looked at with this one; 0 where nothing is filtered. */
  looked: number
}

interface DetailedRow extends Row {
  metadata: Parameters<typeof renderEvent>[2]['metadata']
  content: unknown
  withheld: string | null
  attempts: AttemptView[]
}

/**
 * An app's deliveries, newest first; `nextCursor` is null on the last page. With a filter so many deliveries are looked
 * at for a page, so it may hold fewer than there are, or none, and another follow it.
 */
export async function listDeliveries(
  db: Database | Tx,
  { appId, state, cursor, limit, filter = {} }: ListDeliveriesInput,
): Promise<{ deliveries: DeliverySummary[]; nextCursor: number | null }> {
  const only = conditionOf(filter)
  const finishedBelow = filter.to === undefined ? undefined : await idOf(db, idAfter(filter.to))
  const place = { state, below: cursor ?? Number.MAX_SAFE_INTEGER, limit, only, finishedBelow }
  const endpoints = await endpointsOf(db, appId)
  const parts = endpoints.flatMap((endpoint) => partsOf(endpoint, place))
  if (parts.length === 0) return { deliveries: [], nextCursor: null }
  const { rows } = await sql<FoundRow>`
    select * from (${union(parts)}) d order by d.id desc`.execute(db)
  // Below where one part stopped looking, others may have been and it has not.
  const stops = rows.filter(({ looked }) => looked === MOST_LOOKED_AT)
  const floor = Math.max(0, ...stops.map(({ id }) => id))
  const found = rows.filter(({ matches, id }) => matches && id >= floor)
  const page = found.slice(0, limit)
  const stopped = stops.find(({ id }) => id === floor)
  const isMore = stopped !== undefined && !isBefore(filter, stopped.createdAt)
  const rest = found.length > limit ? (page.at(-1)?.id ?? null) : null
  return { deliveries: page.map(toSummary), nextCursor: rest ?? (isMore ? floor : null) }
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
    select d.*, s.metadata, event.content, ${WITHHELD} as withheld, coalesce(
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

/** Why the app is not to have what it has not taken: as it was when it was cancelled, or as it is by now. */
const WITHHELD: Sql = sql`
  case d.state
    when 'delivered' then null
    when 'cancelled' then d.reason
    else (
      select case
        when g.id is null or g.revoked_at is not null then 'grant_revoked'
        when u.blacklisted then 'user_blacklisted' end
      from (select d."grantId" as id where d."grantId" is not null) its
      left join grants g on g.id = its.id
      left join users u on u.id = g.user_id)
  end`

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

/** In each part, for one page of what a filter lets through. */
const MOST_LOOKED_AT = 10_000

interface Place {
  state: DeliveryState | undefined
  below: number
  limit: number
  only: Sql | undefined
  /** Of what is finished; undefined where the time does not tell. */
  finishedBelow: number | undefined
}

const idOf = async (db: Database | Tx, id: Sql): Promise<number> =>
  (await sql<{ id: number }>`select ${id} as id`.execute(db)).rows[0]!.id

/** Wherever deliveries in this state can be. */
function partsOf(endpoint: Endpoint, { state, below, limit, only, finishedBelow }: Place): Sql[] {
  // A range and not an equality, and sorted by both: what the primary key cannot offer, which would be walked through
  // all that newer deliveries of others there are.
  const walk = (condition: Sql, belowId = below): Sql => sql`
    where ${condition} and (d.endpoint_id, d.id) < (${endpoint.id}, ${belowId})
      and (d.endpoint_id, d.id) > (${endpoint.id}, 0)
    order by d.endpoint_id desc, d.id desc limit ${only ? MOST_LOOKED_AT : limit + 1}`
  const part = (columns: Sql, walked: Sql): Sql =>
    only
      ? sql`
    (select * from (
      select ${columns}, ${only} as matches, row_number() over (order by d.id desc)::integer as looked
      from (select d.* from ${walked}) d) l
    where l.matches or l.looked = ${MOST_LOOKED_AT}::integer order by l.id desc limit ${limit + 1})`
      : sql`(select ${columns}, true as matches, 0 as looked from ${walked})`
  const columns = openColumns(sql`${endpoint.openState}::text`)
  const parts: Sql[] = []
  if (state === undefined || state === endpoint.openState) {
    // Those at rest may be millions; those under way are few, and found by their lease.
    parts.push(part(columns, sql`delivery_queue d ${walk(sql`d.lease_until is null`)}`))
    const leased = sql`(select * from delivery_queue where lease_until > '-infinity' offset 0) d`
    parts.push(part(columns, sql`${leased} ${walk(sql`true`)}`))
  }
  if (state !== 'pending' && state !== 'held') {
    const its = state === undefined ? sql`true` : sql`d.state = ${state}`
    const belowId = Math.min(below, finishedBelow ?? below)
    parts.push(part(FINISHED_COLUMNS, sql`delivery_history d ${walk(its, belowId)}`))
  }
  return parts
}

const union = (parts: readonly Sql[]): Sql => sql.join(parts, sql` union all `)

const openColumns = (state: Sql): Sql => sql`
  d.id, d.event_type as "eventType", ${state} as state, null as reason, d.replay,
  d.conversation_id as "conversationId", d.created_at as "createdAt", null::timestamptz as "finishedAt",
  case when ${state} <> 'held' then d.due_at end as "nextAttemptAt",
  d.attempts::integer as "attemptsMade", d.source_id as "sourceId", d.subscription_id as "subscriptionId",
  d.grant_id as "grantId"`

const FINISHED_COLUMNS: Sql = sql`
  d.id, d.event_type as "eventType", d.state, d.reason, d.replay, d.conversation_id as "conversationId",
  d.created_at as "createdAt", d.finished_at as "finishedAt", null::timestamptz as "nextAttemptAt",
  d.attempts::integer as "attemptsMade", d.source_id as "sourceId", d.subscription_id as "subscriptionId",
  d.grant_id as "grantId"`

const toSummary = ({ sourceId, subscriptionId, ...row }: Row): DeliverySummary => ({
  id: row.id,
  webhookId: webhookId(sourceId, subscriptionId),
  eventType: row.eventType,
  state: row.state,
  reason: row.reason,
  replay: row.replay,
  conversationId: row.conversationId,
  createdAt: row.createdAt,
  finishedAt: row.finishedAt,
  nextAttemptAt: row.nextAttemptAt,
  attemptsMade: row.attemptsMade,
})

function toView(
  rendering: EventRendering,
  appId: string,
  { metadata, content, withheld, attempts, ...row }: DetailedRow,
): DeliveryView {
  const source = { eventType: row.eventType, metadata, content }
  const isShown = withheld === null && content !== null
  const body = isShown ? renderEvent(rendering, appId, source) : undefined
  return { ...toSummary(row), requestBody: body ?? null, bodyWithheld: withheld, attempts }
}
