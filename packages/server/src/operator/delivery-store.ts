import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { listDeliveries } from '../delivery/list-deliveries.ts'

// Deliveries as operators see them: that they are and how they went, never what they say.

export const DELIVERY_LISTS = ['dead', 'waiting'] as const
export type DeliveryList = (typeof DELIVERY_LISTS)[number]

export interface DeliveryRow {
  id: number
  app: { slug: string; display_name: string }
  eventType: string
  state: 'pending' | 'held' | 'delivered' | 'dead' | 'cancelled'
  reason: string | null
  replay: boolean
  createdAt: Date
  finishedAt: Date | null
  nextAttemptAt: Date | null
  attemptsMade: number
}

export interface DeliveriesFilter {
  list: DeliveryList
  /** Null for every app. */
  app: { id: string; slug: string; display_name: string } | null
  eventType: string | undefined
  reason: string | undefined
  /** When they were made: from inclusive, to exclusive. */
  from: Date | undefined
  to: Date | undefined
  cursor: number | undefined
  limit: number
}

export interface DeliveriesPage {
  rows: DeliveryRow[]
  /** Null at the end. A page may be short, or empty, and have one after it. */
  nextCursor: number | null
}

/** Looked at for one page, so that a filter that fits hardly anything costs no more than one that fits all. */
const MOST_EXAMINED = 2_000

/** The newest first. */
export async function findDeliveries(db: Database, filter: DeliveriesFilter): Promise<DeliveriesPage> {
  const examined = filter.app
    ? await ofApp(db, filter, filter.app)
    : filter.list === 'dead'
      ? await deadOfAll(db, filter)
      : await waitingOfAll(db, filter)
  const found = examined.filter((row) => fits(row, filter))
  const page = found.slice(0, filter.limit)
  const last = found.length > filter.limit ? page.at(-1) : examined.at(-1)
  const isOver = found.length <= filter.limit && examined.length < MOST_EXAMINED
  return { rows: page, nextCursor: isOver || !last ? null : last.id }
}

function fits(row: DeliveryRow, { eventType, reason, from, to }: DeliveriesFilter): boolean {
  return (
    (eventType === undefined || row.eventType === eventType) &&
    (reason === undefined || row.reason === reason) &&
    (from === undefined || row.createdAt >= from) &&
    (to === undefined || row.createdAt < to)
  )
}

async function ofApp(
  db: Database,
  { list, cursor }: DeliveriesFilter,
  app: NonNullable<DeliveriesFilter['app']>,
): Promise<DeliveryRow[]> {
  const states = list === 'dead' ? (['dead'] as const) : (['pending', 'held'] as const)
  const lists = await Promise.all(
    states.map((state) => listDeliveries(db, { appId: app.id, state, cursor, limit: MOST_EXAMINED })),
  )
  const named = { slug: app.slug, display_name: app.display_name }
  return lists
    .flatMap(({ deliveries }) => deliveries)
    .toSorted((a, b) => b.id - a.id)
    .slice(0, MOST_EXAMINED)
    .map(({ webhookId: _, conversationId: __, ...delivery }) => ({ ...delivery, app: named }))
}

const APP = sql`jsonb_build_object('slug', a.slug, 'display_name', a.display_name) as app`

/** A time is narrowed to the ids that were given out then; a clock that was set back by less than this hides none. */
const CLOCK_SLACK = sql`interval '1 hour'`

async function deadOfAll(db: Database, { cursor, from, to }: DeliveriesFilter): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    with bounds as materialized (
      select ${from ? sql`delivery_id_before(${from}::timestamptz - ${CLOCK_SLACK})` : sql`0::bigint`} as above,
        ${to ? sql`delivery_id_before(${to}::timestamptz + ${CLOCK_SLACK}) + 1` : sql`${MOST_ID}::bigint`} as below)
    select h.id, ${APP}, h.event_type as "eventType", h.state, h.reason, h.replay, h.created_at as "createdAt",
      h.finished_at as "finishedAt", null as "nextAttemptAt", h.attempts as "attemptsMade"
    from (
      select * from delivery_history
      where state = 'dead' and id > (select above from bounds)
        and id < least((select below from bounds), ${cursor ?? MOST_ID}::bigint)
      order by id desc limit ${MOST_EXAMINED}) h
    join endpoints e on e.id = h.endpoint_id join apps a on a.id = e.app_id
    order by h.id desc`.execute(db)
  return rows
}

const MOST_ID = Number.MAX_SAFE_INTEGER

const OPEN_STATE: RawBuilder<unknown> = sql`
  case when e.state = 'enabled' and e.url is not null then 'pending' else 'held' end`

async function waitingOfAll(db: Database, { cursor }: DeliveriesFilter): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    select q.id, ${APP}, ${OPEN_COLUMNS}
    from (
      select * from delivery_queue where id < ${cursor ?? MOST_ID}::bigint
      order by id desc limit ${MOST_EXAMINED}) q
    join endpoints e on e.id = q.endpoint_id join apps a on a.id = e.app_id
    order by q.id desc`.execute(db)
  return rows
}

const OPEN_COLUMNS = sql`
  q.event_type as "eventType", ${OPEN_STATE} as state, null as reason, q.replay, q.created_at as "createdAt",
  null::timestamptz as "finishedAt", case when ${OPEN_STATE} = 'pending' then q.due_at end as "nextAttemptAt",
  q.attempts as "attemptsMade"`

export interface AttemptRow {
  attempt: number
  startedAt: string
  durationMs: number
  outcome: string
  status: number | null
  error: string | null
}

/** One delivery of any app with its attempts, the oldest first. */
export async function readDelivery(
  db: Database,
  id: number,
): Promise<(DeliveryRow & { attempts: AttemptRow[] }) | null> {
  const { rows } = await sql<DeliveryRow & { attempts: AttemptRow[] }>`
    select h.id, ${APP}, h.event_type as "eventType", h.state, h.reason, h.replay, h.created_at as "createdAt",
      h.finished_at as "finishedAt", null::timestamptz as "nextAttemptAt", h.attempts as "attemptsMade",
      h.attempt_log::jsonb as attempts
    from delivery_history h join endpoints e on e.id = h.endpoint_id join apps a on a.id = e.app_id
    where h.id = ${id}
    union all
    select q.id, ${APP}, ${OPEN_COLUMNS}, coalesce(
      (select jsonb_agg(t.record::jsonb order by t.attempt) from delivery_attempts t where t.delivery_id = q.id), '[]')
    from delivery_queue q join endpoints e on e.id = q.endpoint_id join apps a on a.id = e.app_id
    where q.id = ${id}
    limit 1`.execute(db)
  return rows[0] ?? null
}
