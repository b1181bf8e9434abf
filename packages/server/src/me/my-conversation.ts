import type { Database } from '../db/database.ts'
import { findConversation } from './conversation-store.ts'
import { notYours } from './not-found.ts'
import { type ConversationView, viewConversation } from './view-conversation.ts'

/** @throws 404 when there is no such conversation, or the user takes no part in it. */
export async function myConversation(db: Database, userId: string, id: string): Promise<ConversationView> {
  const row = await findConversation(db, userId, id)
  if (!row) throw notYours('conversation', id)
  return viewConversation(row)
}
