import { openConversation } from '../conversations/open-conversation.ts'
import { type Route, route } from '../http/route.ts'
import { blockPeer } from './block-peer.ts'
import { blockedChatbots, blockedPeers } from './block-store.ts'
import { type ConversationAppsDeps, conversationApps } from './conversation-apps.ts'
import { myMessageParser, openParser, readParser } from './conversation-bodies.ts'
import { conversationPage } from './conversation-store.ts'
import { messagePage } from './message-store.ts'
import { myConversation } from './my-conversation.ts'
import { notYours, pathId } from './not-found.ts'
import { messageQueryParser, pageQueryParser, placeCursor } from './page-query.ts'
import { requireParticipant } from './participant.ts'
import { readConversation } from './read-conversation.ts'
import { type SendMyMessageDeps, sendMyMessage } from './send-message.ts'
import { viewConversation } from './view-conversation.ts'
import { viewMessage } from './view-message.ts'

export interface MyConversationDeps extends SendMyMessageDeps, ConversationAppsDeps {
  /** Their pages are told. */
  readers: { wakeUser(userId: string): void }
}

const PATH = '/me/v1/conversations'

/** A person's conversations, as they see them. */
export const myConversationRoutes = (deps: MyConversationDeps): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    operation: 'Me_ListConversations',
    summary: 'My conversations, latest activity first, with unread counts',
    caller: 'user',
    query: pageQueryParser,
    handle: async ({ caller, query: { after, limit } }) => {
      const rows = await conversationPage(deps.db, { userId: caller.userId, after, limit })
      const page = rows.slice(0, limit)
      const last = rows.length > limit ? page.at(-1) : undefined
      return {
        conversations: page.map(viewConversation),
        next_cursor: last ? placeCursor({ at: last.active_at, id: last.id }) : null,
      }
    },
  }),
  route({
    method: 'POST',
    path: PATH,
    operation: 'Me_OpenConversation',
    summary: 'Open the conversation about a post with its owner, or find the one that is there',
    caller: 'user',
    body: openParser,
    handle: async ({ caller, body }) => {
      const { id, isNew } = await openConversation(deps.db, {
        postToken: body.postToken,
        buyerId: caller.userId,
        onlyPublished: true,
      })
      if (isNew) deps.readers.wakeUser(caller.userId)
      return myConversation(deps.db, caller.userId, id)
    },
  }),
  route({
    method: 'GET',
    path: `${PATH}/:conversation_id`,
    operation: 'Me_GetConversation',
    summary: 'One of my conversations: with whom, about which post, and whether I may write',
    caller: 'user',
    handle: ({ caller, params }) =>
      myConversation(deps.db, caller.userId, pathId('conversation', params.conversation_id)),
  }),
  route({
    method: 'GET',
    path: `${PATH}/:conversation_id/messages`,
    operation: 'Me_ListMessages',
    summary: 'A page of messages in their order, each with my own buttons',
    caller: 'user',
    query: messageQueryParser,
    handle: async ({ caller, params, query }) => {
      const conversationId = pathId('conversation', params.conversation_id)
      await requireParticipant(deps.facts, caller.userId, conversationId)
      const { rows, more } = await messagePage(deps.db, { conversationId, ...query })
      return { messages: rows.map((row) => viewMessage(row, caller.userId, deps.links)), more }
    },
  }),
  route({
    method: 'POST',
    path: `${PATH}/:conversation_id/messages`,
    operation: 'Me_SendMessage',
    summary: 'Write into one of my conversations: a text, an uploaded file, a place or a contact',
    caller: 'user',
    body: myMessageParser,
    handle: ({ caller, params, body, headers, traceparent }) =>
      sendMyMessage(deps, {
        userId: caller.userId,
        conversationId: pathId('conversation', params.conversation_id),
        message: body,
        idempotencyKey: headers['idempotency-key'],
        traceparent,
      }),
  }),
  route({
    method: 'POST',
    path: `${PATH}/:conversation_id/read`,
    operation: 'Me_ReadConversation',
    summary: 'I have read up to this message; the place moves forward only',
    caller: 'user',
    body: readParser,
    handle: async ({ caller, params, body }) => {
      const id = pathId('conversation', params.conversation_id)
      const place = await readConversation(deps, {
        userId: caller.userId,
        conversationId: id,
        sequence: body.sequence,
      })
      if (!place) throw notYours('conversation', id)
      return place
    },
  }),
  route({
    method: 'GET',
    path: `${PATH}/:conversation_id/apps`,
    operation: 'Me_ListConversationApps',
    summary: 'The apps that are offered in this conversation, with the paths that open them',
    caller: 'user',
    handle: ({ caller, params }) =>
      conversationApps(deps, {
        user: caller,
        conversationId: pathId('conversation', params.conversation_id),
      }),
  }),
  route({
    method: 'GET',
    path: '/me/v1/blocks',
    operation: 'Me_ListBlocks',
    summary: 'Whom I have blocked, people and chatbots',
    caller: 'user',
    handle: async ({ caller: { userId } }) => ({
      blocked: await blockedPeers(deps.db, userId),
      chatbots: await blockedChatbots(deps.db, userId),
    }),
  }),
  ...(['PUT', 'DELETE'] as const).map((method) =>
    route({
      method,
      path: `${PATH}/:conversation_id/block`,
      operation: method === 'PUT' ? 'Me_BlockPeer' : 'Me_UnblockPeer',
      summary: method === 'PUT' ? 'Block the other side' : 'Take my block of the other side back',
      caller: 'user',
      handle: ({ caller, params }) =>
        blockPeer(deps, {
          userId: caller.userId,
          conversationId: pathId('conversation', params.conversation_id),
          blocked: method === 'PUT',
        }),
    }),
  ),
]
