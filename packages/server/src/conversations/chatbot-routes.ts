import { ChatbotMessageAnswer, chatbotMessageParser } from '@charsu/protocol/chatbot-message'
import { GetConversationAnswer } from '@charsu/protocol/get-conversation'
import { type Route, route } from '../http/route.ts'
import { type GetConversationDeps, getConversation } from './get-conversation.ts'
import { type SendAsChatbotDeps, sayInConversation, sayToUser } from './send-as-chatbot.ts'

export type ChatbotRouteDeps = SendAsChatbotDeps & GetConversationDeps

const BOT = 'open-platform/chat/bot'

/** What chatbots call, and how a conversation is read (wire contract §9). */
export const chatbotRoutes = (deps: ChatbotRouteDeps): Route[] => [
  route({
    method: 'POST',
    path: `/v1/${BOT}/conversations/:conversation_id/messages`,
    aliases: [
      `/experimental/${BOT}/conversations/:conversation_id/messages`,
      '/experimental/open-platform/chatbot-conversations/:conversation_id/messages',
      '/v2/open-platform/chatbot-conversations/:conversation_id/messages',
    ],
    operation: 'ChatAPI_ChatBotSendMessage',
    summary: 'Speak as the app’s chatbot in a conversation of its own',
    caller: 'app',
    permission: 'CHAT_BOT_SEND_MESSAGE',
    body: chatbotMessageParser,
    answer: ChatbotMessageAnswer,
    handle: ({ caller, params, body, headers, traceparent }) =>
      sayInConversation(deps, {
        caller,
        conversationId: params.conversation_id ?? '',
        message: body,
        idempotencyKey: headers['idempotency-key'],
        traceparent,
      }),
  }),
  route({
    method: 'POST',
    path: `/v1/${BOT}/users/:user_id/messages`,
    aliases: [`/experimental/${BOT}/users/:user_id/messages`],
    operation: 'ChatAPI_ChatBotSendMessage2',
    summary:
      'Speak as the app’s chatbot to a user: in their conversation, or in a new one if they allowed it',
    caller: 'app-maybe-user',
    permission: 'CHAT_BOT_SEND_MESSAGE',
    body: chatbotMessageParser,
    answer: ChatbotMessageAnswer,
    handle: ({ caller, params, body, headers, traceparent }) =>
      sayToUser(deps, {
        caller,
        userId: params.user_id ?? '',
        message: body,
        idempotencyKey: headers['idempotency-key'],
        traceparent,
      }),
  }),
  route({
    method: 'GET',
    path: '/v1/open-platform/chat/conversations/:conversation_id',
    operation: 'ChatAPI_GetConversation',
    summary:
      'Read a conversation that the token’s user takes part in: its latest text messages, oldest first',
    caller: 'app-with-user',
    permission: 'CHAT_READ_CONVERSATION',
    answer: GetConversationAnswer,
    handle: ({ caller, params }) =>
      getConversation(deps, { caller, conversationId: params.conversation_id ?? '' }),
  }),
]
