import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import { findChatbotConversation, insertChatbotConversation, isTokenAlive } from './open-chatbot-store.ts'
import { credentialRevoked, recipientRestricted } from './refusals.ts'

export interface OpenChatbotInput {
  appId: string
  /** Internal id of an existing user. */
  userId: string
  /**
   * Of the token by which the user allowed the app to begin it, which has to be alive at that moment; absent when the
   * user begins it. An app begins none with a user who has blocked it or is blacklisted.
   */
  tokenId?: string
}

/**
 * Opens the conversation of a user and an app's chatbot, or finds the one that is there: there is one for each pair,
 * also when several calls open it at once (wire contract §9). Who may open it is the caller's to decide.
 * @throws 404 the app or the user is gone, 401 the consent was revoked, 412 code 9 the app may not begin it.
 */
export async function openChatbot(
  db: Database,
  input: OpenChatbotInput,
): Promise<{ id: string; isNew: boolean }> {
  const { tokenId = null } = input
  const existing = await findChatbotConversation(db, input)
  if (existing) return { id: existing, isNew: false }
  const inserted = await insertChatbotConversation(db, { ...input, tokenId, conversationId: newId() })
  if (inserted) return { id: inserted, isNew: true }
  const others = await findChatbotConversation(db, input)
  if (others) return { id: others, isNew: false }
  if (tokenId !== null) throw (await isTokenAlive(db, tokenId)) ? recipientRestricted() : credentialRevoked()
  throw new ApiError('NOT_FOUND', 'the app or the user is gone: nobody is left to talk to', {
    reason: 'CHATBOT_UNKNOWN',
  })
}
