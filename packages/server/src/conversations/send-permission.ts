import type { UserToken } from '../access/callers.ts'
import { scopeMissing } from '../access/require-permission.ts'
import type { ConversationFacts } from './conversation-facts.ts'

const ALL_OF_SUPPLIER = 'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND'
const OF_POST = 'CHAT_POST_CONVERSATIONS_MESSAGE_SEND'

/** Whether the token allows sending by the conversation's own scope; then nothing else has to be looked up. */
export const allowsConversation = (token: UserToken, conversationId: string): boolean =>
  token.scopes.has(`CONVERSATION_SEND_MESSAGE.${conversationId}`)

/** Whether one of the wider scopes covers a post of the token's user. */
export const allowsPost = (token: UserToken, postToken: string | null): boolean =>
  token.scopes.has(ALL_OF_SUPPLIER) || token.scopes.has(`${OF_POST}.${postToken}`)

/**
 * The wider scopes, which only the post's owner can use (wire contract §2).
 * @param facts null when there is no such conversation, which is answered like one outside the scopes.
 * @throws 403 naming the scope that would do.
 */
export function requireWiderScope(
  token: UserToken,
  conversationId: string,
  facts: ConversationFacts | null,
): void {
  if (facts !== null && facts.supplierId === token.userId && allowsPost(token, facts.postToken)) return
  throw scopeMissing([`CONVERSATION_SEND_MESSAGE.${conversationId}`])
}
