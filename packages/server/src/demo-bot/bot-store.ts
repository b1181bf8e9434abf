import { sql } from 'kysely'
import { DEMO_BOT_SLUG } from '../apps/demo-bot-app.ts'
import type { Database } from '../db/database.ts'

export interface BotApp {
  id: string
  identificationKey: string | null
  eventsUrl: string | null
}

/** The bot's own app; null before it is made, or where somebody else's app has its name. */
export async function findBotApp(db: Database, developerHostId: string): Promise<BotApp | null> {
  const row = await db
    .selectFrom('apps as a')
    .innerJoin('users as u', 'u.id', 'a.owner_id')
    .leftJoin('endpoints as e', (join) => join.onRef('e.app_id', '=', 'a.id').on('e.kind', '=', 'events'))
    .select(['a.id', 'a.identification_key as identificationKey', 'e.url as eventsUrl'])
    .where('a.slug', '=', DEMO_BOT_SLUG)
    .where('u.host_id', '=', developerHostId)
    .executeTakeFirst()
  return row ?? null
}

/** Posts of these tokens that are this person's: what the bot may be allowed. */
export async function tokensOwnedBy(
  db: Database,
  hostId: string,
  tokens: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('posts as p')
    .innerJoin('users as u', 'u.id', 'p.owner_id')
    .select('p.token')
    .where('u.host_id', '=', hostId)
    .where('p.token', 'in', [...tokens])
    .orderBy('p.token')
    .execute()
  return rows.map(({ token }) => token)
}

export async function isUnspoken(db: Database, conversationId: string): Promise<boolean> {
  const { rows } = await sql<{ unspoken: boolean }>`
    select exists (select from conversations c where c.id = ${conversationId}::uuid)
      and not exists (select from messages m where m.conversation_id = ${conversationId}::uuid) as unspoken`.execute(
    db,
  )
  return rows[0]?.unspoken === true
}

/** Lets one node at a time see to the bot; answers false at once when another does. */
export async function inTurn(db: Database, work: () => Promise<void>): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ won: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended('the demo bot is seen to', 0)) as won`.execute(tx)
    if (rows[0]?.won !== true) return false
    await work()
    return true
  })
}
