import type { ConversationFactsCache } from '../conversations/conversation-facts.ts'
import { listMessages } from '../conversations/list-messages.ts'
import { openConversation } from '../conversations/open-conversation.ts'
import { type SendAsPersonDeps, sendAsPerson } from '../conversations/send-as-person.ts'
import { unknownConversation } from '../conversations/send-message.ts'
import { sentAtText } from '../conversations/sent-at.ts'
import type { Database } from '../db/database.ts'
import type { MediaLinks } from '../delivery/media-links.ts'
import { type Route, route } from '../http/route.ts'
import { findUser } from '../marketplace/store.ts'
import { conversationAnswer, hostIdOf, messageAnswer } from './answers.ts'
import { messagePageParser, openConversationParser, writtenMessageParser } from './conversation-bodies.ts'
import { checkedConversationId, requirePost, requireUser } from './find-or-refuse.ts'

export interface HostConversationDeps extends SendAsPersonDeps {
  db: Database
  facts: ConversationFactsCache
  links: MediaLinks
}

export const hostConversationRoutes = (deps: HostConversationDeps): Route[] => [
  route({
    method: 'POST',
    path: '/host/v1/conversations',
    operation: 'Host_OpenConversation',
    summary: 'Open the conversation of a buyer about a post, or find the one that is there',
    caller: 'host',
    body: openConversationParser,
    async handle({ body }) {
      await requirePost(deps.db, body.post_token)
      const buyer = await requireUser(deps.db, body.buyer)
      const conversation = await openConversation(deps.db, {
        postToken: body.post_token,
        buyerId: buyer.id,
        conversationId: body.conversation_id,
      })
      const supplier = await findUser(deps.db, conversation.supplierId)
      return conversationAnswer(conversation, { supplier: hostIdOf(supplier!), buyer: buyer.host_id })
    },
  }),
  route({
    method: 'POST',
    path: '/host/v1/conversations/:conversation_id/messages',
    operation: 'Host_SendMessage',
    summary: 'Send what a participant wrote',
    caller: 'host',
    body: writtenMessageParser,
    async handle({ params, body, headers, traceparent }) {
      const conversationId = checkedConversationId(params.conversation_id ?? '')
      const user = await requireUser(deps.db, body.sender)
      const sent = await sendAsPerson(deps, {
        userId: user.id,
        conversationId,
        message: body.message,
        idempotencyKey: headers['idempotency-key'],
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
      if (!(await deps.facts.get(conversationId))) throw unknownConversation(conversationId)
      const { messages, more } = await listMessages(deps.db, { conversationId, ...query })
      return { messages: messages.map((message) => messageAnswer(message, deps.links)), has_more: more }
    },
  }),
]
