import type { ClickDeps } from '../actions/run-click.ts'
import { type HttpAnswer, type Route, route } from '../http/route.ts'
import type { RevokeGrantDeps } from '../oauth/revoke-grant.ts'
import { myChatbotRoutes } from './chatbot-routes.ts'
import { myClickRoutes } from './click-routes.ts'
import { type MyConversationDeps, myConversationRoutes } from './conversation-routes.ts'
import { myGrantRoutes } from './grant-routes.ts'
import type { StreamViewer } from './live-stream.ts'
import { myNoticeRoutes } from './notice-routes.ts'
import { countUnreadNotices } from './notice-store.ts'
import { type MyUploadDeps, myUploadRoutes } from './upload-routes.ts'
import { type VisitChatbotDeps, visitChatbotRoutes } from './visit-chatbot.ts'

export interface MeDeps
  extends Omit<MyConversationDeps, 'readers'>,
    Omit<VisitChatbotDeps, 'authenticator'>,
    Omit<RevokeGrantDeps, 'authenticator'>,
    MyUploadDeps {
  authenticator: VisitChatbotDeps['authenticator'] & RevokeGrantDeps['authenticator']
  viewers: MyConversationDeps['readers'] & {
    open(viewer: StreamViewer, lastEventId: string | null): HttpAnswer
  }
  clicks: ClickDeps
}

/** Everything a person of the marketplace can do, by session cookie. */
export const meRoutes = (deps: MeDeps): Route[] => [
  route({
    method: 'GET',
    path: '/me/v1',
    operation: 'Me_Get',
    summary: 'Who I am',
    caller: 'user',
    handle: async ({ caller }) => ({
      name: caller.name,
      locale: caller.locale,
      developer: caller.developer,
      operator: caller.operator,
      unread_notices: await countUnreadNotices(deps.db, caller.userId),
    }),
  }),
  route({
    method: 'GET',
    path: '/me/v1/stream',
    operation: 'Me_Stream',
    summary: 'Everything new as Server-Sent Events; resumes after Last-Event-ID without loss',
    caller: 'user',
    handle: async ({ caller, headers }) => {
      const last = headers['last-event-id']
      const lastEventId = typeof last === 'string' && last !== '' ? last : null
      return deps.viewers.open({ userId: caller.userId, sessionHash: caller.sessionHash }, lastEventId)
    },
  }),
  ...myConversationRoutes({ ...deps, readers: deps.viewers }),
  ...myChatbotRoutes({ ...deps, readers: deps.viewers }),
  ...myUploadRoutes(deps),
  ...myNoticeRoutes({ ...deps, readers: deps.viewers }),
  ...myGrantRoutes({ ...deps, readers: deps.viewers }),
  ...myClickRoutes(deps.clicks),
  ...visitChatbotRoutes(deps),
]
