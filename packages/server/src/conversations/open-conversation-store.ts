import { type Selectable, sql } from 'kysely'
import { recordConversationChanges } from '../db/conversation-changes.ts'
import type { Database } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type ConversationRow = Pick<
  Selectable<Tables['conversations']>,
  'id' | 'post_token' | 'supplier_id' | 'demand_id' | 'created_at'
>

const COLUMNS = ['id', 'post_token', 'supplier_id', 'demand_id', 'created_at'] as const

/** Removed posts are kept for their conversations' sake, but nobody can open a new one about them. */
const REMOVED = 'ARCHIVED'
const PUBLISHED = 'PUBLISHED'

/**
 * One statement decides and writes, so that of two concurrent calls one wins and the other waits for it. Null when
 * anything stood in the way; the caller finds out what. The buyer's streams tell of it, the seller's of its first
 * message alone.
 */
export async function insertPostConversation(
  db: Database,
  input: { conversationId: string; postToken: string; buyerId: string; onlyPublished: boolean },
): Promise<ConversationRow | null> {
  const buyers = sql`select o.id, o.demand_id as user_id from opened o`
  const { rows } = await sql<ConversationRow>`
    with opened as (
      insert into conversations (id, type, post_id, post_token, supplier_id, demand_id)
      select ${input.conversationId}::uuid, 'POST', p.id, p.token, p.owner_id, u.id
      from posts p join users u on u.id = ${input.buyerId}::uuid
      where p.token = ${input.postToken} and p.chat_enabled and p.state <> ${REMOVED} and p.owner_id <> u.id
        and (p.state = ${PUBLISHED} or not ${input.onlyPublished})
      on conflict do nothing
      returning id, post_token, supplier_id, demand_id, created_at
    ), told as (${recordConversationChanges(buyers)})
    select * from opened`.execute(db)
  return rows[0] ?? null
}

export async function findPostForOpening(
  db: Database,
  token: string,
): Promise<{
  id: string
  owner_id: string
  chat_enabled: boolean
  removed: boolean
  published: boolean
} | null> {
  const row = await db
    .selectFrom('posts')
    .select(['id', 'owner_id', 'chat_enabled', 'state'])
    .where('token', '=', token)
    .executeTakeFirst()
  if (!row) return null
  const { id, owner_id, chat_enabled, state } = row
  return { id, owner_id, chat_enabled, removed: state === REMOVED, published: state === PUBLISHED }
}

export async function findConversationOfBuyer(
  db: Database,
  postId: string,
  buyerId: string,
): Promise<ConversationRow | null> {
  const row = await db
    .selectFrom('conversations')
    .select(COLUMNS)
    .where('type', '=', 'POST')
    .where('post_id', '=', postId)
    .where('demand_id', '=', buyerId)
    .executeTakeFirst()
  return row ?? null
}

export async function findConversation(db: Database, id: string): Promise<ConversationRow | null> {
  const row = await db.selectFrom('conversations').select(COLUMNS).where('id', '=', id).executeTakeFirst()
  return row ?? null
}
