import { type RawBuilder, sql } from 'kysely'

/** Which of an app's deliveries are looked for; what is absent filters nothing. */
export interface DeliveryFilter {
  eventType?: string | undefined
  conversationId?: string | undefined
  webhookId?: string | undefined
  /** When the delivery was made: from inclusive, to exclusive. */
  from?: Date | undefined
  to?: Date | undefined
}

type Sql = RawBuilder<unknown>

/** A database clock that was set back by less than this hides nothing. */
const CLOCK_SLACK = sql`interval '1 hour'`
const CLOCK_SLACK_MS = 3_600_000

/** The condition on a delivery `d`; undefined where there is nothing to filter by. */
export function conditionOf(filter: DeliveryFilter): Sql | undefined {
  const { eventType, conversationId, webhookId, from, to } = filter
  const conditions = [
    ...(eventType === undefined ? [] : [sql`d.event_type = ${eventType}`]),
    ...(conversationId === undefined ? [] : [sql`d.conversation_id = ${conversationId}::uuid`]),
    ...(webhookId === undefined ? [] : [sql`${WEBHOOK_ID} = ${webhookId}`]),
    ...(from === undefined ? [] : [sql`d.created_at >= ${from}`]),
    ...(to === undefined ? [] : [sql`d.created_at < ${to}`]),
  ]
  return conditions.length === 0 ? undefined : sql.join(conditions, sql` and `)
}

/** As delivery-id.ts makes it. */
const WEBHOOK_ID: Sql = sql`
  'evt_' || left(translate(encode(sha256(convert_to(d.source_id || ':' || d.subscription_id, 'UTF8')), 'base64'),
    '+/', '-_'), 27)`

/** Ids below which everything finished and made before `to` lies: ids are given out in the order of time, nearly. */
export const idAfter = (to: Date): Sql => sql`delivery_id_before(${to}::timestamptz + ${CLOCK_SLACK}) + 1`

/** Whether nothing older than this can still be meant. */
export const isBefore = (filter: DeliveryFilter, createdAt: Date): boolean =>
  filter.from !== undefined && createdAt.getTime() < filter.from.getTime() - CLOCK_SLACK_MS
