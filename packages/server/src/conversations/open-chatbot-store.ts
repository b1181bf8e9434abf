import { type RawBuilder, sql } from 'kysely'
import { recordConversationChanges } from '../db/conversation-changes.ts'
import type { Database } from '../db/database.ts'

/**
 * Of two concurrent calls one inserts and the other waits for it. Null when it was there, when there is no such app or
 * user, or when the app opens it and the user is not to be spoken to, or the token by which they allowed it is dead.
 * @param input its `tokenId` is null when the user opens it.
 */
export async function insertChatbotConversation(
  db: Database,
  input: { conversationId: string; appId: string; userId: string; tokenId: string | null },
): Promise<string | null> {
  const { tokenId } = input
  const persons = sql`select o.id, o.demand_id as user_id from opened o`
  const { rows } = await sql<{ id: string }>`
    with opened as (
      insert into conversations (id, type, app_id, demand_id)
      select ${input.conversationId}::uuid, 'BOT', a.id, u.id
      from apps a join users u on u.id = ${input.userId}::uuid
      where a.id = ${input.appId}::uuid and (${tokenId}::uuid is null or ${aliveToken(tokenId)} and not (u.blacklisted
        or exists (select 1 from app_blocks x where x.user_id = u.id and x.app_id = a.id)))
      on conflict do nothing
      returning id, demand_id
    ), told as (${recordConversationChanges(persons)})
    select id from opened`.execute(db)
  return rows[0]?.id ?? null
}

const aliveToken = (tokenId: string | null): RawBuilder<boolean> => sql<boolean>`exists (
  select 1 from access_tokens t join grants g on g.id = t.grant_id
  where t.id = ${tokenId}::uuid and t.revoked_at is null and t.expires_at > clock_timestamp()
    and g.revoked_at is null)`

/** Neither it nor its grant has ended. */
export async function isTokenAlive(db: Database, tokenId: string): Promise<boolean> {
  const { rows } = await sql<{ alive: boolean }>`select ${aliveToken(tokenId)} as alive`.execute(db)
  return rows[0]!.alive
}

/** The conversation of a user and an app's chatbot, or null when it was never opened. */
export async function findChatbotConversation(
  db: Database,
  { appId, userId }: { appId: string; userId: string },
): Promise<string | null> {
  const row = await db
    .selectFrom('conversations')
    .select('id')
    .where('type', '=', 'BOT')
    .where('app_id', '=', appId)
    .where('demand_id', '=', userId)
    .executeTakeFirst()
  return row?.id ?? null
}
