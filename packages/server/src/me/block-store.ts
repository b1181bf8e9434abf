import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { microseconds } from './row-columns.ts'

/** A person whom the user has blocked. */
export interface BlockedPeer {
  name: string
  /** A conversation of the two, by which the block can be taken back; null when they never had one. */
  conversation_id: string | null
  blocked_at: string
}

/** Latest first. */
export async function blockedPeers(db: Database, userId: string): Promise<BlockedPeer[]> {
  const { rows } = await sql<BlockedPeer>`
    select u.name, c.id as conversation_id, ${microseconds('b.created_at')} as blocked_at
    from blocks b
    join users u on u.id = b.blocked_id
    left join lateral (
      select c.id from conversations c
      where (c.supplier_id = b.blocker_id and c.demand_id = b.blocked_id)
        or (c.supplier_id = b.blocked_id and c.demand_id = b.blocker_id)
      order by c.created_at desc limit 1
    ) c on true
    where b.blocker_id = ${userId}::uuid
    order by b.created_at desc, u.id desc`.execute(db)
  return rows
}

/** An app whose chatbot the user has blocked. */
export interface BlockedChatbot {
  slug: string
  display_name: string
  blocked_at: string
}

/** Latest first. */
export async function blockedChatbots(db: Database, userId: string): Promise<BlockedChatbot[]> {
  const { rows } = await sql<BlockedChatbot>`
    select a.slug, a.display_name, ${microseconds('b.created_at')} as blocked_at
    from app_blocks b join apps a on a.id = b.app_id
    where b.user_id = ${userId}::uuid
    order by b.created_at desc, a.id desc`.execute(db)
  return rows
}

/** Of the app of this slug, or null when there is none. */
export async function appIdOf(db: Database, slug: string): Promise<string | null> {
  const row = await db.selectFrom('apps').select('id').where('slug', '=', slug).executeTakeFirst()
  return row?.id ?? null
}
