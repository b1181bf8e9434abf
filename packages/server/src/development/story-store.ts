import type { ButtonGrid } from '@charsu/protocol/button-grid'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

export interface ToldMessage {
  id: string
  conversationId: string
  conversationType: 'POST' | 'BOT'
  sequence: number
  type: string
  body: { text?: string; deleted?: boolean; sender_buttons?: ButtonGrid; receiver_buttons?: ButtonGrid }
  /** host_id; null for a chatbot. */
  sender: string | null
  /** Slug. */
  app: string | null
  sentAt: Date
}

export async function findToldMessage(db: Database, id: string): Promise<ToldMessage | null> {
  const { rows } = await sql<ToldMessage>`
    select m.id, m.conversation_id as "conversationId", c.type as "conversationType", m.sequence, m.type, m.body,
      (select u.host_id from users u where u.id = m.sender_id) as sender,
      (select a.slug from apps a where a.id = m.app_id) as app, m.sent_at as "sentAt"
    from messages m join conversations c on c.id = m.conversation_id where m.id = ${id}`.execute(db)
  return rows[0] ?? null
}

export interface ToldClick {
  id: string
  app: string
  /** host_id; null when the person was deleted. */
  user: string | null
  button: string
  action: string
  outcome: 'opened' | 'toast' | 'done' | 'failed'
  reason: string | null
  detail: string | null
  durationMs: number
  at: Date
}

/** The newest clicks on a message's buttons, the oldest first. */
export async function clicksOn(
  db: Database,
  { messageId, limit }: { messageId: string; limit: number },
): Promise<ToldClick[]> {
  const { rows } = await sql<ToldClick>`
    select k.id, a.slug as app, (select u.host_id from users u where u.id = k.user_id) as user, k.button, k.action,
      k.outcome, k.reason, k.detail, k.duration_ms as "durationMs", k.created_at as at
    from clicks k join apps a on a.id = k.app_id
    where k.message_id = ${messageId} order by k.id desc limit ${limit}`.execute(db)
  return rows.reverse()
}

/** The message whose button a click was on; null also for a button of a notice. */
export async function messageOfClick(db: Database, clickId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`
    select k.message_id as id from clicks k where k.id = ${clickId}`.execute(db)
  return rows[0]?.id ?? null
}

export interface ToldNotice {
  id: string
  app: string
  user: string | null
  text: string | null
  at: Date
  read: boolean
  /** Of the call that sent it. */
  exchangeId: string
}

export interface NoticeCall {
  exchangeId: string
  app: string
  /** Milliseconds since 1970. */
  from: number
  to: number
}

/** Notices that these calls have sent: an answer does not name one, so they are those that the app sent just then. */
export async function noticesOf(db: Database, calls: readonly NoticeCall[]): Promise<ToldNotice[]> {
  if (calls.length === 0) return []
  const bounds = (of: 'from' | 'to', rest: string) => calls.map((call) => firstIdAt(call[of], rest))
  const { rows } = await sql<ToldNotice>`
    select n.id, a.slug as app, u.host_id as user, n.message as text, n.created_at as at,
      n.read_at is not null as read, c.exchange_id as "exchangeId"
    from unnest(${calls.map(({ exchangeId }) => exchangeId)}::text[], ${calls.map(({ app }) => app)}::text[],
      ${bounds('from', '0')}::uuid[], ${bounds('to', 'f')}::uuid[]) as c (exchange_id, slug, low, high)
    join apps a on a.slug = c.slug
    cross join lateral (
      select * from notices n where n.id between c.low and c.high and n.app_id = a.id order by n.id limit 1) n
    left join users u on u.id = n.user_id
    order by n.id`.execute(db)
  return rows
}

const TIME_DIGITS = 12

/** A UUIDv7 of this millisecond, the rest of it filled with one digit: notices are found by when their ids were made. */
function firstIdAt(at: number, digit: string): string {
  const time = Math.round(at).toString(16).padStart(TIME_DIGITS, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digit.repeat(3)}-${digit === '0' ? '8' : 'b'}${digit.repeat(3)}-${digit.repeat(12)}`
}
