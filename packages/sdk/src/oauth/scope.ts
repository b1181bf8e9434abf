import { CONVERSATION_ID, POST_TOKEN } from '@charsu/protocol/identifiers'
import { quoted } from '@charsu/protocol/text-length'

/**
 * Scopes, spelt for you (wire contract §1). Those about one thing are functions; a malformed id is a `TypeError` here,
 * and not a refusal on the user's screen.
 * @example
 * ```ts run
 * import { scope } from '@charsu/sdk'
 *
 * const scopes = [scope.sendMessage('62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11'), scope.userId, scope.offline]
 * ```
 */
export const scope = {
  /** Send in this conversation; of somebody who takes part in it. */
  sendMessage: (conversationId: string): `CONVERSATION_SEND_MESSAGE.${string}` =>
    `CONVERSATION_SEND_MESSAGE.${aConversationId('sendMessage', conversationId)}`,
  /** Read this conversation; of somebody who takes part in it. */
  readConversation: (conversationId: string): `CHAT_CONVERSATION_READ.${string}` =>
    `CHAT_CONVERSATION_READ.${aConversationId('readConversation', conversationId)}`,
  /** Send in all conversations about this post; of its owner. */
  sendInPostConversations: (postToken: string): `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${string}` =>
    `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${aPostToken('sendInPostConversations', postToken)}`,
  /** Hear of new messages about this post; of its owner. */
  readPostConversations: (postToken: string): `CHAT_POST_CONVERSATIONS_READ.${string}` =>
    `CHAT_POST_CONVERSATIONS_READ.${aPostToken('readPostConversations', postToken)}`,
  /** Send in all conversations about the user's posts. */
  sendInAllConversations: 'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
  /** Hear of new messages about all the user's posts. */
  readAllConversations: 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
  /** Begin a conversation with the user as a chatbot. */
  chatbotMessages: 'CHAT_BOT_USER_MESSAGE_SEND',
  /** Send notices to the user. */
  sendEvent: 'SEND_EVENT',
  /** Know the user by an id. */
  userId: 'USER_ID',
  /** See the user's phone number. */
  userPhone: 'USER_PHONE',
  /** See the user's posts. */
  userPosts: 'USER_POSTS_GET',
  /** Be told when the user takes the consent back; with `userId`. */
  revocationNotices: 'NOTIFICATION_ACCESS_REVOCATION',
  /** Keep the consent for longer than an hour, by refresh tokens. */
  offline: 'offline_access',
} as const

function aConversationId(builder: string, id: string): string {
  if (typeof id === 'string' && CONVERSATION_ID.test(id)) return id
  throw new TypeError(
    `scope.${builder} takes a conversation id, which is a UUID, but got ${shown(id)}: pass the id of a message's conversation`,
  )
}

function aPostToken(builder: string, token: string): string {
  if (typeof token === 'string' && POST_TOKEN.test(token)) return token
  throw new TypeError(
    `scope.${builder} takes a post token, 1 to 16 letters, digits or underscores, but got ${shown(token)}: pass the token of a post`,
  )
}

const shown = (value: unknown): string => (typeof value === 'string' ? quoted(value) : String(value))
