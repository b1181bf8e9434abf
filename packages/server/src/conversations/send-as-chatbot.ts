import type { ChatbotMessage } from '@charsu/protocol/chatbot-message'
import type { AppUserIds } from '../access/app-user-ids.ts'
import type { AppCaller, AppMaybeUserCaller, UserToken } from '../access/callers.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { ConversationFactsCache } from './conversation-facts.ts'
import { conversationIdOf } from './conversation-id.ts'
import { readIdempotency } from './idempotency.ts'
import type { MediaSource } from './media-source.ts'
import { type ComposedMessage, composeMessage } from './message-body.ts'
import { openChatbot } from './open-chatbot.ts'
import { findChatbotConversation } from './open-chatbot-store.ts'
import type { MessageSender } from './send-message.ts'

export interface SendAsChatbotDeps {
  db: Database
  sender: Pick<MessageSender, 'send'>
  facts: Pick<ConversationFactsCache, 'get'>
  userIds: Pick<AppUserIds, 'toUserId'>
  media: MediaSource
}

interface ToSay {
  message: ChatbotMessage
  idempotencyKey: string | string[] | undefined
  /** W3C trace context of the request, if it has one. */
  traceparent: string | null
}

/** Where it was said. */
export interface ChatbotAnswer {
  conversation_id: string
}

const SCOPE = 'CHAT_BOT_USER_MESSAGE_SEND'

/** Its idempotency keys are apart from those of messages that the app sends for people. */
const OPERATION = 'chatbot'

/**
 * An app's chatbot speaks in a conversation of its own (wire contract §9).
 * @throws 400 no UUID, 403 not this app's, whether it exists or not, 412 code 9 the user wants to hear nothing of it.
 */
export async function sayInConversation(
  deps: SendAsChatbotDeps,
  input: ToSay & { caller: AppCaller; conversationId: string },
): Promise<ChatbotAnswer> {
  const { caller } = input
  const conversationId = conversationIdOf(input.conversationId)
  const idempotency = readIdempotency(input.idempotencyKey, [conversationId, input.message], OPERATION)
  const facts = await deps.facts.get(conversationId)
  if (facts?.type !== 'BOT' || facts.appId !== caller.appId) throw notTheChatbots(conversationId)
  const content = await compose(deps, caller.appId, input.message)
  return say(deps, input, { ...content, conversationId, idempotency, token: null })
}

/**
 * An app's chatbot speaks to a user, and opens their conversation where the user allowed that; into one that is there
 * it may speak without (wire contract §9).
 * @throws 403 there is no conversation and the scope is missing, or the token is another user's; 412 code 9 the user
 * wants to hear nothing of it.
 */
export async function sayToUser(
  deps: SendAsChatbotDeps,
  input: ToSay & { caller: AppMaybeUserCaller; userId: string },
): Promise<ChatbotAnswer> {
  const { appId, token } = input.caller
  const idempotency = readIdempotency(input.idempotencyKey, ['user', input.userId, input.message], OPERATION)
  const userId = deps.userIds.toUserId(appId, input.userId)
  if (token && token.userId !== userId) throw notTheTokensUser()
  const pair = userId === null ? null : { appId, userId }
  const existing = pair && (await findChatbotConversation(deps.db, pair))
  if (existing === null && !token?.scopes.has(SCOPE)) throw noConversationYet(token)
  // Before the conversation is opened: a token that is no good leaves nothing behind.
  const content = await compose(deps, appId, input.message)
  const conversationId = existing ?? (await openChatbot(deps.db, { ...pair!, tokenId: token!.tokenId })).id
  return say(deps, input, { ...content, conversationId, idempotency, token })
}

interface Content extends ComposedMessage {
  /** Of the message. */
  id: string
}

async function compose(
  { media }: SendAsChatbotDeps,
  appId: string,
  { says, buttons }: ChatbotMessage,
): Promise<Content> {
  const id = newId()
  const owner = { kind: 'app' as const, id: appId }
  // Whom a chatbot writes to is the receiver.
  const composed = await composeMessage(media, {
    id,
    owner,
    says,
    ...(buttons && { receiverButtons: buttons }),
  })
  return { id, ...composed }
}

interface Saying extends Content {
  conversationId: string
  idempotency: ReturnType<typeof readIdempotency>
  /** Checked again in the transaction where there is one. */
  token: UserToken | null
}

async function say(
  { sender }: SendAsChatbotDeps,
  { caller, traceparent }: ToSay & { caller: AppCaller },
  { id, type, body, conversationId, idempotency, token }: Saying,
): Promise<ChatbotAnswer> {
  const { appId, keyId } = caller
  const app = { appId, keyId, tokenId: token?.tokenId ?? null }
  const message = {
    conversationId,
    senderId: appId,
    app,
    idempotency,
    type,
    body,
    traceparent,
  }
  await sender.send(message, id)
  return { conversation_id: conversationId }
}

const notTheChatbots = (id: string): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    `${id} is no conversation of this app’s chatbot: take the id from a NEW_CHATBOT_MESSAGE event, or send to the user by /v1/open-platform/chat/bot/users/{user_id}/messages`,
    { reason: 'CONVERSATION_NOT_YOURS', metadata: { conversation_id: id } },
  )

const noConversationYet = (token: UserToken | null): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    token
      ? `there is no conversation with this user yet, and they have not granted ${SCOPE}: ask for that scope at /oauth2/auth, or wait until they write first`
      : `there is no conversation with this user yet: to begin one, send the token of a user who granted ${SCOPE} as Authorization: Bearer <token>, or wait until they write first`,
    { reason: 'SCOPE_MISSING', metadata: { scope: SCOPE } },
  )

const notTheTokensUser = (): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    'user_id is not the token’s user: send the id that GET /v1/open-platform/users answers for this token, or the token of that user',
    { reason: 'NOT_THE_TOKENS_USER' },
  )
