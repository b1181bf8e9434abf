import type { Database, Tx } from '../db/database.ts'

/** A person who wants to hear nothing more from an app's chatbot (wire contract §9). */
export interface AppBlock {
  userId: string
  /** Internal id of an existing app. */
  appId: string
}

/** From then on its chatbot can write nothing to them, nor they to it. Doing it again changes nothing. */
export async function blockApp(tx: Database | Tx, { userId, appId }: AppBlock): Promise<void> {
  await tx
    .insertInto('app_blocks')
    .values({ user_id: userId, app_id: appId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function unblockApp(tx: Database | Tx, { userId, appId }: AppBlock): Promise<void> {
  await tx.deleteFrom('app_blocks').where('user_id', '=', userId).where('app_id', '=', appId).execute()
}
