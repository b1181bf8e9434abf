import { SendMessageAnswer, sendMessageParser } from '@charsu/protocol/send-message'
import { type Route, route } from '../http/route.ts'
import { type SendAsAppDeps, sendAsApp } from './send-as-app.ts'

export const conversationRoutes = (deps: SendAsAppDeps): Route[] => [
  route({
    method: 'POST',
    path: '/v2/open-platform/conversations/:conversation_id/messages',
    operation: 'ChatAPI_ConversationSendMessage',
    summary: 'Send a message, with buttons for each side, into a conversation as the token’s user',
    caller: 'app-with-user',
    permission: 'CHAT_SEND_MESSAGE_OAUTH',
    body: sendMessageParser,
    answer: SendMessageAnswer,
    handle: ({ caller, params, body, headers, traceparent }) =>
      sendAsApp(deps, {
        caller,
        conversationId: params.conversation_id ?? '',
        message: body,
        idempotencyKey: headers['idempotency-key'],
        traceparent,
      }),
  }),
]
