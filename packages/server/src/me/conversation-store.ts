import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { microseconds } from './row-columns.ts'
import type { ConversationRow } from './view-conversation.ts'

/** Unread messages are counted up to this many. */
const MAX_UNREAD = 1_000
/** Most code points of a preview. */
const PREVIEW_LENGTH = 140

/** Where a page of conversations goes on: behind this one in the order of the list. */
export interface ConversationPlace {
  /** RFC 3339 with microseconds. */
  at: string
  id: string
}

/** One row more than `limit` when there is another page; latest activity first. */
export async function conversationPage(
  db: Database,
  input: { userId: string; after: ConversationPlace | null; limit: number },
): Promise<ConversationRow[]> {
  const { userId, after, limit } = input
  const behind = after
    ? sql`where (x.active_at, x.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
    : sql``
  return describe(
    db,
    userId,
    sql`
      select * from (
        select c.*, greatest(c.last_at, c.created_at) as active_at
        from conversations c where c.supplier_id = ${userId}::uuid or c.demand_id = ${userId}::uuid
      ) x
      ${behind}
      order by x.active_at desc, x.id desc limit ${limit + 1}`,
  )
}

/** Null when there is no such conversation, or the user takes no part in it. */
export async function findConversation(
  db: Database,
  userId: string,
  id: string,
): Promise<ConversationRow | null> {
  return (await findConversations(db, userId, [id]))[0] ?? null
}

/** Those of the conversations that the user takes part in. */
export const findConversations = (
  db: Database,
  userId: string,
  ids: readonly string[],
): Promise<ConversationRow[]> =>
  describe(
    db,
    userId,
    sql`
      select c.*, greatest(c.last_at, c.created_at) as active_at
      from conversations c
      where c.id = any (${ids}::uuid[]) and ${userId}::uuid in (c.supplier_id, c.demand_id)`,
  )

/** Looks up what belongs to each conversation, one by one: a page is short, and each is reached by its key. */
async function describe(
  db: Database,
  userId: string,
  conversations: RawBuilder<unknown>,
): Promise<ConversationRow[]> {
  const { rows } = await sql<ConversationRow>`
    select c.id, c.type, ${userId}::uuid = c.supplier_id as is_supplier, c.last_sequence,
      ${microseconds('c.active_at')} as active_at, coalesce(r.read_sequence, 0) as read_sequence,
      coalesce(theirs.shown_sequence, 0) as peer_read_sequence,
      peer.name as peer_name, peer.deleted_at is not null as peer_deleted, p.token as post_token, p.title as post_title, p.state as post_state,
      p.images ->> 0 as post_image, bot.slug as bot_slug, bot.display_name as bot_display_name,
      bot.avatar_url as bot_avatar_url, unread.count as unread_count,
      last.sender_id = ${userId}::uuid as last_mine, left(last.body ->> 'text', ${PREVIEW_LENGTH}) as last_text,
      last.body ->> 'deleted' = 'true' as last_deleted,
      last.type as last_type, ${microseconds('last.sent_at')} as last_sent_at, a.slug as last_app_slug,
      a.display_name as last_app_display_name,
      exists (select 1 from blocks b where b.blocker_id = ${userId}::uuid and b.blocked_id = peer.id)
        or exists (select 1 from app_blocks b where b.user_id = ${userId}::uuid and b.app_id = c.app_id) as blocked,
      exists (select 1 from blocks b where b.blocker_id = peer.id and b.blocked_id = ${userId}::uuid)
        or coalesce(peer.blacklisted, false) or me.blacklisted
        or coalesce(not bot.development and not exists (
          select 1 from app_permissions n
          where n.app_id = bot.id and n.name = 'CHAT_BOT_SEND_MESSAGE' and n.approved_at is not null), false) as restricted
    from (${conversations}) c
    join users me on me.id = ${userId}::uuid
    left join conversation_reads r on r.conversation_id = c.id and r.user_id = ${userId}::uuid
    left join users peer
      on peer.id = case when c.supplier_id = ${userId}::uuid then c.demand_id else c.supplier_id end
    left join conversation_reads theirs on theirs.conversation_id = c.id and theirs.user_id = peer.id
    left join posts p on p.id = c.post_id
    left join apps bot on bot.id = c.app_id
    left join lateral (
      select * from messages m where m.conversation_id = c.id and m.sequence = c.last_sequence
    ) last on true
    left join apps a on a.id = last.app_id
    cross join lateral (${unreadOf(userId, sql`c.id`, sql`coalesce(r.read_sequence, 0)`)}) unread
    order by c.active_at desc, c.id desc`.execute(db)
  return rows
}

const unreadOf = (
  userId: string,
  conversationId: RawBuilder<unknown>,
  readSequence: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`
  select count(*) from (
    select 1 from messages m
    where m.conversation_id = ${conversationId} and m.sequence > ${readSequence}
      and m.sender_id <> ${userId}::uuid
    limit ${MAX_UNREAD}) x`

export interface ReadPlace {
  read_sequence: number
  unread_count: number
}

/**
 * Moves the user's place in a conversation forward, never back and never beyond its last message. What the other side
 * is shown of it stands still while one of the two blocks the other, so that nobody learns more of a block than
 * `can_send` tells them.
 * @returns the place, and whose streams have to tell of it; null when the user takes no part in such a conversation.
 */
export async function moveReadPlace(
  db: Database,
  userId: string,
  conversationId: string,
  sequence: number,
): Promise<{ place: ReadPlace; concerned: string[] } | null> {
  const { rows: moved } = await sql<{ peer_id: string | null }>`
    insert into conversation_reads as r (conversation_id, user_id, read_sequence, peer_id, shown_sequence)
    select c.id, ${userId}::uuid, c.place, c.peer_id, case
      when exists (select from blocks b where b.blocker_id = ${userId}::uuid and b.blocked_id = c.peer_id)
        or exists (select from blocks b where b.blocker_id = c.peer_id and b.blocked_id = ${userId}::uuid)
      then 0 else c.place end
    from (
      select c.id, least(${sequence}::bigint, c.last_sequence) as place,
        case when c.supplier_id = ${userId}::uuid then c.demand_id else c.supplier_id end as peer_id
      from conversations c
      where c.id = ${conversationId}::uuid and ${userId}::uuid in (c.supplier_id, c.demand_id)
    ) c
    where c.place > 0
    on conflict (conversation_id, user_id) do update
      set read_sequence = excluded.read_sequence, updated_at = clock_timestamp(), xid = pg_current_xact_id(),
        peer_id = excluded.peer_id, shown_sequence = greatest(r.shown_sequence, excluded.shown_sequence),
        shown_xid = case when excluded.shown_sequence > r.shown_sequence
          then pg_current_xact_id() else r.shown_xid end
      where r.read_sequence < excluded.read_sequence
    returning case when r.shown_sequence = r.read_sequence then r.peer_id end as peer_id`.execute(db)
  const { rows } = await sql<ReadPlace>`
    select coalesce(r.read_sequence, 0) as read_sequence, unread.count as unread_count
    from conversations c
    left join conversation_reads r on r.conversation_id = c.id and r.user_id = ${userId}::uuid
    cross join lateral (${unreadOf(userId, sql`c.id`, sql`coalesce(r.read_sequence, 0)`)}) unread
    where c.id = ${conversationId}::uuid and ${userId}::uuid in (c.supplier_id, c.demand_id)`.execute(db)
  if (!rows[0]) return null
  return {
    place: rows[0],
    concerned: moved.flatMap(({ peer_id }) => [userId, ...(peer_id ? [peer_id] : [])]),
  }
}
