import { olderSendMessageParser } from '@charsu/protocol/older-send-message'
import { SendMessageAnswer, sendMessageParser } from '@charsu/protocol/send-message'
import { type Route, route } from '../http/route.ts'
import { type SendAsAppDeps, sendAsApp } from './send-as-app.ts'
import { type SendToPeerDeps, sendToPeer } from './send-to-peer.ts'

export const conversationRoutes = (deps: SendAsAppDeps & SendToPeerDeps): Route[] => [
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
  route({
    method: 'POST',
    path: '/v2/open-platform/chat/conversation',
    operation: 'ChatAPI_SendMessageToPeer',
    summary:
      'Send a message to the other side of a conversation, named by the two people and their post; the older form',
    caller: 'app-with-user',
    permission: 'CHAT_SEND_MESSAGE_OAUTH',
    body: olderSendMessageParser,
    answer: SendMessageAnswer,
    handle: ({ caller, body, headers, traceparent }) =>
      sendToPeer(deps, { caller, request: body, idempotencyKey: headers['idempotency-key'], traceparent }),
  }),
]
