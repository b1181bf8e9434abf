import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { webhookId } from './delivery-id.ts'
import { renderEvent } from './render-event.ts'

/** `pending` covers everything not finished: waiting for its turn, due, under way, or between retries. */
export const DELIVERY_STATES = ['pending', 'delivered', 'dead', 'cancelled'] as const

export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface ListDeliveriesInput {
  appId: string
  state?: DeliveryState | undefined
  /** The `nextCursor` of the page before; absent for the newest. */
  cursor?: number | undefined
  /** 1 to 100. */
  limit: number
}

export interface DeliveryView {
  id: number
  webhookId: string
  eventType: string
  state: DeliveryState
  /** Why it is dead or cancelled. */
  reason: string | null
  replay: boolean
  conversationId: string | null
  createdAt: Date
  finishedAt: Date | null
  /** Null while under way, behind its lane, or finished. */
  nextAttemptAt: Date | null
  attemptsMade: number
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

interface Row extends Omit<DeliveryView, 'webhookId' | 'requestBody'> {
  sourceId: string
  subscriptionId: string
  metadata: Parameters<typeof renderEvent>[0]['metadata']
  content: unknown
}

/** An app's deliveries with their attempts, newest first; `nextCursor` is null on the last page. */
export async function listDeliveries(
  db: Database | Tx,
  { appId, state, cursor, limit }: ListDeliveriesInput,
): Promise<{ deliveries: DeliveryView[]; nextCursor: number | null }> {
  const rows = await select(db, {
    appId,
    state,
    limit: limit + 1,
    ids: sql`d.id < ${cursor ?? Number.MAX_SAFE_INTEGER}`,
  })
  const page = rows.slice(0, limit)
  return { deliveries: page.map(toView), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
}

/** One delivery of the app; undefined when it has none of this id. */
export async function findDelivery(
  db: Database | Tx,
  { appId, deliveryId }: { appId: string; deliveryId: number },
): Promise<DeliveryView | undefined> {
  const [row] = await select(db, { appId, state: undefined, limit: 1, ids: sql`d.id = ${deliveryId}` })
  return row && toView(row)
}

interface Selection {
  appId: string
  state: DeliveryState | undefined
  limit: number
  ids: ReturnType<typeof sql>
}

async function select(db: Database | Tx, { appId, state, limit, ids }: Selection): Promise<Row[]> {
  const open = state === undefined || state === 'pending'
  const finished = state !== 'pending'
  const { rows } = await sql<Row>`
    select d.*, s.metadata, event.content, coalesce(made.attempts, '[]') as attempts
    from (
      (select d.id, d.event_type as "eventType", 'pending' as state, null as reason, d.replay,
        d.conversation_id as "conversationId", d.created_at as "createdAt", null::timestamptz as "finishedAt",
        d.due_at as "nextAttemptAt", d.attempts::integer as "attemptsMade", d.source_id as "sourceId",
        d.subscription_id as "subscriptionId"
      from delivery_queue d join endpoints e on e.id = d.endpoint_id
      where ${open} and e.app_id = ${appId} and ${ids}
      order by d.id desc limit ${limit})
      union all
      (select d.id, d.event_type, d.state, d.reason, d.replay, d.conversation_id, d.created_at, d.finished_at,
        null, d.attempts::integer, d.source_id, d.subscription_id
      from delivery_history d join endpoints e on e.id = d.endpoint_id
      where ${finished} and e.app_id = ${appId} and ${ids} and (${state ?? null}::text is null or d.state = ${state ?? null})
      order by d.id desc limit ${limit})) d
    left join subscriptions s on s.id = d."subscriptionId"
    left join lateral event_content(d."sourceId") event on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'startedAt', a.started_at,
        'durationMs', a.duration_ms, 'outcome', a.outcome, 'status', a.status, 'error', a.error,
        'requestHeaders', a.request_headers, 'answerHeaders', a.answer_headers, 'answerBody', a.answer_body)
        order by a.attempt) as attempts
      from delivery_attempts a where a.delivery_id = d.id) made on true
    order by d.id desc limit ${limit}`.execute(db)
  return rows
}

function toView({ sourceId, subscriptionId, metadata, content, ...row }: Row): DeliveryView {
  const body = content === null ? undefined : renderEvent({ eventType: row.eventType, metadata, content })
  return { ...row, webhookId: webhookId(sourceId, subscriptionId), requestBody: body ?? null }
}
