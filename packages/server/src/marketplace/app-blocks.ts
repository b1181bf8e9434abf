import { type RawBuilder, sql } from 'kysely'
import { recordConversationChanges } from '../db/conversation-changes.ts'
import type { Database, Tx } from '../db/database.ts'

/** A person who wants to hear nothing more from an app's chatbot (wire contract §9). */
export interface AppBlock {
  userId: string
  /** Internal id of an existing app. */
  appId: string
}

/** From then on its chatbot can write nothing to them, nor they to it. Doing it again changes nothing. */
export const blockApp = (tx: Database | Tx, block: AppBlock): Promise<void> =>
  change(
    tx,
    block,
    sql`insert into app_blocks (user_id, app_id) values (${block.userId}::uuid, ${block.appId}::uuid)
      on conflict do nothing returning 1`,
  )

export const unblockApp = (tx: Database | Tx, block: AppBlock): Promise<void> =>
  change(
    tx,
    block,
    sql`delete from app_blocks where user_id = ${block.userId}::uuid and app_id = ${block.appId}::uuid
      returning 1`,
  )

/** The person hears of it in their conversation, if there is one. */
async function change(
  tx: Database | Tx,
  { userId, appId }: AppBlock,
  how: RawBuilder<unknown>,
): Promise<void> {
  const ofTheTwo = sql`
    select c.id, c.demand_id as user_id from conversations c
    where exists (select from changed) and c.type = 'BOT' and c.app_id = ${appId}::uuid
      and c.demand_id = ${userId}::uuid`
  await sql`
    with changed as (${how}), told as (${recordConversationChanges(ofTheTwo)})
    select 1`.execute(tx)
}
