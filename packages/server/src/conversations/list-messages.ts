import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { MessageBody } from '../db/message-body.ts'

/** A stored message with the names of who wrote it. */
export interface StoredMessage {
  id: string
  /** Counts up by one within the conversation, from 1. */
  sequence: number
  senderId: string
  /** Null for an app that speaks as its own chatbot, and for a deleted person. */
  senderHostId: string | null
  senderName: string | null
  /** The app that wrote it as its sender; null when the person wrote it. */
  app: { id: string; slug: string; displayName: string; avatarUrl: string | null } | null
  type: string
  body: MessageBody
  /** Microseconds since 1970, as in events. */
  sentAtMicroseconds: number
}

export interface ListMessagesInput {
  conversationId: string
  /** Messages with a lower sequence only. */
  before?: number | undefined
  /** Messages with a higher sequence only. */
  after?: number | undefined
  /** Most messages to return. */
  limit: number
}

export interface MessagePage {
  /** In the order of the conversation, oldest first. */
  messages: StoredMessage[]
  /** Whether there are more on the side that was asked for: newer ones after `after`, otherwise older ones. */
  more: boolean
}

interface Row {
  id: string
  sequence: number
  sender_id: string
  host_id: string | null
  name: string | null
  app_id: string | null
  slug: string | null
  display_name: string | null
  avatar_url: string | null
  type: string
  body: MessageBody
  sent_at: number
}

const MAX_SEQUENCE = Number.MAX_SAFE_INTEGER

/**
 * A page of a conversation by sequence, which has no gaps: without cursor the latest messages, with `before` those
 * just before it, with `after` those just after it; with both, those just after `after` and below `before`.
 */
export async function listMessages(db: Database, input: ListMessagesInput): Promise<MessagePage> {
  const forward = input.after !== undefined
  const direction = forward ? sql`asc` : sql`desc`
  // The page is cut before the joins, so that only its own rows are looked up.
  const { rows } = await sql<Row>`
    select m.id, m.sequence, m.sender_id, case when u.deleted_at is null then u.host_id end as host_id, u.name, m.app_id, a.slug, a.display_name, a.avatar_url,
      m.type, m.body, (extract(epoch from m.sent_at) * 1000000)::bigint as sent_at
    from (
      select * from messages
      where conversation_id = ${input.conversationId}::uuid
        and sequence > ${input.after ?? 0}::bigint and sequence < ${input.before ?? MAX_SEQUENCE}::bigint
      order by sequence ${direction}
      limit ${input.limit + 1}
    ) m
    left join users u on u.id = m.sender_id
    left join apps a on a.id = m.app_id
    order by m.sequence ${direction}`.execute(db)
  const page = rows.slice(0, input.limit).map(toMessage)
  return { messages: forward ? page : page.reverse(), more: rows.length > input.limit }
}

function toMessage(row: Row): StoredMessage {
  const app =
    row.app_id === null
      ? null
      : { id: row.app_id, slug: row.slug!, displayName: row.display_name!, avatarUrl: row.avatar_url }
  return {
    id: row.id,
    sequence: row.sequence,
    senderId: row.sender_id,
    senderHostId: row.host_id,
    senderName: row.name,
    app,
    type: row.type,
    body: row.body,
    sentAtMicroseconds: row.sent_at,
  }
}
