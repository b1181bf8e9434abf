import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

export interface TextRow {
  id: string
  sender_id: string
  by_app: boolean
  text: string
  /** Microseconds since 1970. */
  sent_at: number
}

/** The latest `limit` text messages of a conversation, oldest first, without those that went with their writer. */
export async function latestTexts(db: Database, conversationId: string, limit: number): Promise<TextRow[]> {
  const { rows } = await sql<TextRow>`
    select m.id, m.sender_id, m.app_id is not null as by_app, coalesce(m.body ->> 'text', '') as text,
      microseconds(m.sent_at) as sent_at
    from messages m
    where m.conversation_id = ${conversationId}::uuid and m.type = 'TEXT'
      and m.body ->> 'deleted' is null
    order by m.sequence desc limit ${limit}`.execute(db)
  return rows.reverse()
}

/** Whether a post is there and a development post. */
export async function isDevelopmentPost(db: Database, token: string): Promise<boolean> {
  const row = await db
    .selectFrom('posts')
    .select('for_development')
    .where('token', '=', token)
    .executeTakeFirst()
  return row?.for_development === true
}
