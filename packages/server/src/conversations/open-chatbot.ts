import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import { findChatbotConversation, insertChatbotConversation } from './open-chatbot-store.ts'

export interface OpenChatbotInput {
  appId: string
  /** Internal id of an existing user. */
  userId: string
}

/**
 * Opens the conversation of a user and an app's chatbot, or finds the one that is there: there is one for each pair,
 * also when several calls open it at once (wire contract §9). Who may open it is the caller's to decide.
 * @throws 404 when the app or the user is gone.
 */
export async function openChatbot(
  db: Database,
  input: OpenChatbotInput,
): Promise<{ id: string; isNew: boolean }> {
  const existing = await findChatbotConversation(db, input)
  if (existing) return { id: existing, isNew: false }
  const inserted = await insertChatbotConversation(db, { ...input, conversationId: newId() })
  if (inserted) return { id: inserted, isNew: true }
  const others = await findChatbotConversation(db, input)
  if (others) return { id: others, isNew: false }
  throw new ApiError('NOT_FOUND', 'the app or the user is gone: nobody is left to talk to', {
    reason: 'CHATBOT_UNKNOWN',
  })
}
