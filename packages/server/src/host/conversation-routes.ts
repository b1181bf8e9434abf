import type { ConversationFactsCache } from '../conversations/conversation-facts.ts'
import { readIdempotency } from '../conversations/idempotency.ts'
import { listMessages } from '../conversations/list-messages.ts'
import { messageBody } from '../conversations/message-body.ts'
import { openConversation } from '../conversations/open-conversation.ts'
import { type MessageSender, unknownConversation } from '../conversations/send-message.ts'
import { sentAtText } from '../conversations/sent-at.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { findUser } from '../marketplace/store.ts'
import { conversationAnswer, messageAnswer } from './answers.ts'
import { humanMessageParser, messagePageParser, openConversationParser } from './conversation-bodies.ts'
import { checkedConversationId, requirePost, requireUser } from './find-or-refuse.ts'

export interface HostConversationDeps {
  db: Database
  sender: MessageSender
  facts: ConversationFactsCache
}

export const hostConversationRoutes = ({ db, sender, facts }: HostConversationDeps): Route[] => [
  route({
    method: 'POST',
    path: '/host/v1/conversations',
    operation: 'Host_OpenConversation',
    summary: 'Open the conversation of a buyer about a post, or find the one that is there',
    caller: 'host',
    body: openConversationParser,
    async handle({ body }) {
      await requirePost(db, body.post_token)
      const buyer = await requireUser(db, body.buyer)
      const conversation = await openConversation(db, {
        postToken: body.post_token,
        buyerId: buyer.id,
        conversationId: body.conversation_id,
      })
      const supplier = await findUser(db, conversation.supplierId)
      return conversationAnswer(conversation, { supplier: supplier!.host_id, buyer: buyer.host_id })
    },
  }),
  route({
    method: 'POST',
    path: '/host/v1/conversations/:conversation_id/messages',
    operation: 'Host_SendMessage',
    summary: 'Send what a participant wrote',
    caller: 'host',
    body: humanMessageParser,
    async handle({ params, body, headers, traceparent }) {
      const conversationId = checkedConversationId(params.conversation_id ?? '')
      const text = messageBody({ text: body.text })
      const idempotency = readIdempotency(headers['idempotency-key'], [conversationId, body.sender, text])
      const user = await requireUser(db, body.sender)
      const sent = await sender.send({
        conversationId,
        senderId: user.id,
        app: null,
        idempotency,
        type: 'TEXT',
        body: text,
        traceparent,
      })
      return { message_id: sent.id, sequence: sent.sequence, sent_at: sentAtText(sent.sentAtMicroseconds) }
    },
  }),
  route({
    method: 'GET',
    path: '/host/v1/conversations/:conversation_id/messages',
    operation: 'Host_ListMessages',
    summary: 'Read a conversation by pages: the latest, or those before or after a sequence; oldest first',
    caller: 'host',
    query: messagePageParser,
    async handle({ params, query }) {
      const conversationId = checkedConversationId(params.conversation_id ?? '')
      if (!(await facts.get(conversationId))) throw unknownConversation(conversationId)
      const { messages, more } = await listMessages(db, { conversationId, ...query })
      return { messages: messages.map(messageAnswer), has_more: more }
    },
  }),
]
