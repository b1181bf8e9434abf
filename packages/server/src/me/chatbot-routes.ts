import { findChatbot, unknownChatbot } from '../conversations/find-chatbot.ts'
import { openChatbot } from '../conversations/open-chatbot.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { blockApp, unblockApp } from '../marketplace/app-blocks.ts'
import { appIdOf } from './block-store.ts'
import { chatbotsFor } from './chatbot-store.ts'
import { myConversation } from './my-conversation.ts'

export interface MyChatbotDeps {
  db: Database
  mode: 'development' | 'production'
  /** Their pages are told. */
  readers: { wakeUser(userId: string): void }
}

const PATH = '/me/v1/chatbots/:slug'

/** What people do about apps that talk (wire contract §9). */
export const myChatbotRoutes = ({ db, mode, readers }: MyChatbotDeps): Route[] => [
  route({
    method: 'GET',
    path: '/me/v1/chatbots',
    operation: 'Me_ListChatbots',
    summary: 'The apps that I can talk to',
    caller: 'user',
    handle: async ({ caller: { userId } }) => ({ chatbots: await chatbotsFor(db, { userId, mode }) }),
  }),
  route({
    method: 'POST',
    path: PATH,
    operation: 'Me_OpenChatbot',
    summary: 'Open my conversation with an app’s chatbot, or find the one that is there',
    caller: 'user',
    handle: async ({ caller: { userId }, params: { slug = '' } }) => {
      const chatbot = await findChatbot(db, slug)
      if (!chatbot) throw unknownChatbot(slug)
      const { id, isNew } = await openChatbot(db, { appId: chatbot.appId, userId })
      if (isNew) readers.wakeUser(userId)
      return myConversation(db, userId, id)
    },
  }),
  ...(['PUT', 'DELETE'] as const).map((method) =>
    route({
      method,
      path: `${PATH}/block`,
      operation: method === 'PUT' ? 'Me_BlockChatbot' : 'Me_UnblockChatbot',
      summary: method === 'PUT' ? 'Block an app’s chatbot' : 'Take my block of an app’s chatbot back',
      caller: 'user',
      handle: async ({ caller: { userId }, params: { slug = '' } }) => {
        const blocked = method === 'PUT'
        // Also one that may not chat now: it may again, and nobody should have to wait with this.
        const appId = await appIdOf(db, slug)
        if (appId === null) throw unknownChatbot(slug)
        await (blocked ? blockApp : unblockApp)(db, { userId, appId })
        readers.wakeUser(userId)
        return { blocked }
      },
    }),
  ),
]
