import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import { findChatbotConversation, insertChatbotConversation } from './open-chatbot-store.ts'
import { recipientRestricted } from './refusals.ts'

export interface OpenChatbotInput {
  appId: string
  /** Internal id of an existing user. */
  userId: string
  /** Who begins it, the user by default. An app begins none with a user who has blocked it or is blacklisted. */
  by?: 'user' | 'app'
}

/**
 * Opens the conversation of a user and an app's chatbot, or finds the one that is there: there is one for each pair,
 * also when several calls open it at once (wire contract §9). Who may open it is the caller's to decide.
 * @throws 404 the app or the user is gone, 412 code 9 the app may not begin it.
 */
export async function openChatbot(
  db: Database,
  input: OpenChatbotInput,
): Promise<{ id: string; isNew: boolean }> {
  const { by = 'user' } = input
  const existing = await findChatbotConversation(db, input)
  if (existing) return { id: existing, isNew: false }
  const inserted = await insertChatbotConversation(db, { ...input, by, conversationId: newId() })
  if (inserted) return { id: inserted, isNew: true }
  const others = await findChatbotConversation(db, input)
  if (others) return { id: others, isNew: false }
  if (by === 'app') throw recipientRestricted()
  throw new ApiError('NOT_FOUND', 'the app or the user is gone: nobody is left to talk to', {
    reason: 'CHATBOT_UNKNOWN',
  })
}
