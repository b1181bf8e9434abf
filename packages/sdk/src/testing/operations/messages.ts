import type { MessageContent } from '@charsu/protocol/chat-message'
import { type ChatbotMessage, chatbotMessageParser } from '@charsu/protocol/chatbot-message'
import { getConversationAnswer } from '@charsu/protocol/get-conversation'
import { CONVERSATION_ID } from '@charsu/protocol/identifiers'
import { sendMessageParser } from '@charsu/protocol/send-message'
import {
  notParticipant,
  recipientRestricted,
  requireSendScope,
  sendMessage,
  unknownConversation,
} from '../conversations.ts'
import { type Operation, type OperationDeps, operation, tokenOf } from '../operation.ts'
import { invalidArgument, Refusal, requireScope } from '../refusal.ts'

const BOT = 'open-platform/chat/bot'
const TO_USER = 'CHAT_BOT_USER_MESSAGE_SEND'
/** Most messages of an answer. */
const MAX_READ = 1_000

/** What apps say and read in conversations (wire contract §2 and §9). */
export const messageOperations: readonly Operation[] = [
  operation({
    id: 'ChatAPI_ConversationSendMessage',
    method: 'POST',
    paths: ['/v2/open-platform/conversations/:conversation_id/messages'],
    caller: 'app-with-user',
    permission: 'CHAT_SEND_MESSAGE_OAUTH',
    body: sendMessageParser,
    handle(deps, call) {
      const token = tokenOf(call)
      const { says, senderButtons, receiverButtons } = call.body
      const conversationId = conversationIdOf(call.params)
      const { userId } = token.consent
      const key = deps.idempotency.check(call.headers)
      requireSendScope(token, conversationId, deps.world.conversations.get(conversationId))
      return deps.idempotency.once('send', key, [conversationId, userId, call.body], () => {
        const content = deps.uploads.contentOf(says)
        const sent = {
          conversationId,
          senderId: userId,
          byApp: true,
          content,
          senderButtons,
          receiverButtons,
        }
        return { status: 200, message: 'success', message_id: sendMessage(deps, sent).id }
      })
    },
  }),
  operation({
    id: 'ChatAPI_ChatBotSendMessage',
    method: 'POST',
    paths: [
      `/v1/${BOT}/conversations/:conversation_id/messages`,
      `/experimental/${BOT}/conversations/:conversation_id/messages`,
      '/experimental/open-platform/chatbot-conversations/:conversation_id/messages',
      '/v2/open-platform/chatbot-conversations/:conversation_id/messages',
    ],
    caller: 'app',
    permission: 'CHAT_BOT_SEND_MESSAGE',
    body: chatbotMessageParser,
    handle(deps, { params, headers, body }) {
      const conversationId = conversationIdOf(params)
      const key = deps.idempotency.check(headers)
      if (deps.world.conversations.get(conversationId)?.type !== 'BOT') throw notTheChatbots(conversationId)
      return deps.idempotency.once('chatbot', key, [conversationId, body], () => {
        return speak(deps, { conversationId, body, content: deps.uploads.contentOf(body.says) })
      })
    },
  }),
  operation({
    id: 'ChatAPI_ChatBotSendMessage2',
    method: 'POST',
    paths: [`/v1/${BOT}/users/:user_id/messages`, `/experimental/${BOT}/users/:user_id/messages`],
    caller: 'app-maybe-user',
    permission: 'CHAT_BOT_SEND_MESSAGE',
    body: chatbotMessageParser,
    handle(deps, { params, headers, body, token }) {
      const { world, idempotency, uploads } = deps
      const userId = params.user_id ?? ''
      const key = idempotency.check(headers)
      if (token && token.consent.userId !== userId) throw notTheTokensUser()
      const existing = world.users.has(userId) ? world.chatbotOf(userId) : undefined
      if (!existing && !token?.scopes.has(TO_USER)) throw noConversationYet(token !== null)
      return idempotency.once('chatbot', key, ['user', userId, body], () => {
        const content = uploads.contentOf(body.says)
        if (!existing && world.blocks.has(`${userId} app`)) throw recipientRestricted()
        return speak(deps, { conversationId: world.openChatbot(userId).id, body, content })
      })
    },
  }),
  operation({
    id: 'ChatAPI_GetConversation',
    method: 'GET',
    paths: ['/v1/open-platform/chat/conversations/:conversation_id'],
    caller: 'app-with-user',
    permission: 'CHAT_READ_CONVERSATION',
    handle({ world }, call) {
      const token = tokenOf(call)
      const id = conversationIdOf(call.params)
      requireScope(token, [`CHAT_CONVERSATION_READ.${id}`])
      const conversation = world.conversations.get(id)
      if (!conversation) throw unknownConversation(id)
      const { supplierId, demandId, postToken, messages } = conversation
      if (token.consent.userId !== supplierId && token.consent.userId !== demandId) {
        throw notParticipant('read it with the token of a participant')
      }
      const texts = messages.flatMap(({ id, senderId, byApp, sentAt, content }) =>
        'text' in content
          ? [
              {
                id,
                side: senderId === supplierId ? ('SELLER' as const) : ('BUYER' as const),
                byApp,
                sentAt: rfc3339(sentAt),
                text: content.text,
              },
            ]
          : [],
      )
      return getConversationAnswer({ id, postToken }, texts.slice(-MAX_READ))
    },
  }),
]

/** The app says something in the conversation of its chatbot. */
function speak(
  deps: OperationDeps,
  what: { conversationId: string; body: ChatbotMessage; content: MessageContent },
): { conversation_id: string } {
  const { conversationId, body, content } = what
  sendMessage(deps, { conversationId, senderId: null, byApp: true, content, receiverButtons: body.buttons })
  return { conversation_id: conversationId }
}

function conversationIdOf({ conversation_id: text = '' }: Readonly<Record<string, string>>): string {
  if (CONVERSATION_ID.test(text)) return text.toLowerCase()
  throw invalidArgument([{ field: 'conversation_id', description: 'must be the UUID of a conversation' }])
}

/** With all its microseconds. */
function rfc3339(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000)
  const rest = String(microseconds - milliseconds * 1000).padStart(3, '0')
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`)
}

const notTheChatbots = (id: string): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    `${id} is no conversation of this app’s chatbot: take the id from a NEW_CHATBOT_MESSAGE event, or send to the user by /v1/open-platform/chat/bot/users/{user_id}/messages`,
    { reason: 'CONVERSATION_NOT_YOURS', metadata: { conversation_id: id } },
  )

const noConversationYet = (hasToken: boolean): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    hasToken
      ? `there is no conversation with this user yet, and they have not granted ${TO_USER}: ask for that scope at /oauth2/auth, or wait until they write first`
      : `there is no conversation with this user yet: to begin one, send the token of a user who granted ${TO_USER} as Authorization: Bearer <token>, or wait until they write first`,
    { reason: 'SCOPE_MISSING', metadata: { scope: TO_USER } },
  )

const notTheTokensUser = (): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    'user_id is not the token’s user: send the id that GET /v1/open-platform/users answers for this token, or the token of that user',
    { reason: 'NOT_THE_TOKENS_USER' },
  )
