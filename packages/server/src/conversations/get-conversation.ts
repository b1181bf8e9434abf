import { type GetConversationAnswer, getConversationAnswer } from '@charsu/protocol/get-conversation'
import type { AppUserCaller } from '../access/callers.ts'
import { requireDevelopmentPost } from '../access/development-posts.ts'
import { requireScope } from '../access/require-permission.ts'
import type { Database } from '../db/database.ts'
import type { ConversationFactsCache } from './conversation-facts.ts'
import { conversationIdOf } from './conversation-id.ts'
import { isDevelopmentPost, latestTexts } from './get-conversation-store.ts'
import { notParticipant } from './refusals.ts'
import { unknownConversation } from './send-message.ts'
import { sentAtText } from './sent-at.ts'

export interface GetConversationDeps {
  db: Database
  facts: Pick<ConversationFactsCache, 'get'>
}

/** Most messages of an answer; the public description knows no paging. */
export const MAX_READ_MESSAGES = 1_000

/**
 * A conversation with the latest of its text messages, oldest first (wire contract §9).
 * @throws 400 no UUID, 403 the scope of just this conversation is missing, or the token's user takes no part in it,
 * or a development app asks about another than a development post; 404 no such conversation.
 */
export async function getConversation(
  deps: GetConversationDeps,
  { caller, conversationId }: { caller: AppUserCaller; conversationId: string },
): Promise<GetConversationAnswer> {
  const { token } = caller
  const id = conversationIdOf(conversationId)
  requireScope(token, [`CHAT_CONVERSATION_READ.${id}`])
  const facts = await deps.facts.get(id)
  if (!facts) throw unknownConversation(id)
  if (token.userId !== facts.supplierId && token.userId !== facts.demandId) {
    throw notParticipant('read it with the token of a participant')
  }
  if (caller.development && facts.postToken !== null) {
    requireDevelopmentPost(caller, await isDevelopmentPost(deps.db, facts.postToken))
  }
  const rows = await latestTexts(deps.db, id, MAX_READ_MESSAGES)
  const messages = rows.map((row) => ({
    id: row.id,
    side: row.sender_id === facts.supplierId ? ('SELLER' as const) : ('BUYER' as const),
    byApp: row.by_app,
    sentAt: sentAtText(row.sent_at),
    text: row.text,
  }))
  return getConversationAnswer({ id, postToken: facts.postToken }, messages)
}
