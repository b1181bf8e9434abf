import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { messageColumns } from './row-columns.ts'
import type { MessageRow } from './view-message.ts'

export interface MessageRange {
  conversationId: string
  /** Messages with a lower sequence only. */
  before?: number | undefined
  /** Messages with a higher sequence only; the page then begins right after it. */
  after?: number | undefined
  limit: number
}

/** A page in the order of the conversation: without `after` its latest messages, with it the earliest. */
export async function messagePage(
  db: Database,
  { conversationId, before, after, limit }: MessageRange,
): Promise<{ rows: MessageRow[]; more: boolean }> {
  const direction = after === undefined ? sql`desc` : sql`asc`
  const { rows } = await sql<MessageRow>`
    select ${messageColumns}
    from (
      select * from messages
      where conversation_id = ${conversationId}::uuid and sequence > ${after ?? 0}::bigint
        and sequence < ${before ?? Number.MAX_SAFE_INTEGER}::bigint
      order by sequence ${direction} limit ${limit + 1}
    ) m
    left join apps a on a.id = m.app_id
    order by m.sequence ${direction}`.execute(db)
  const page = rows.slice(0, limit)
  return { rows: after === undefined ? page.reverse() : page, more: rows.length > limit }
}

export async function findMessage(db: Database, id: string): Promise<MessageRow | null> {
  const { rows } = await sql<MessageRow>`
    select ${messageColumns}
    from messages m left join apps a on a.id = m.app_id where m.id = ${id}::uuid`.execute(db)
  return rows[0] ?? null
}
