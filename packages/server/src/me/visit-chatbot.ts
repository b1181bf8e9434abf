import type { Authenticator } from '../access/authenticator.ts'
import { findChatbot } from '../conversations/find-chatbot.ts'
import { openChatbot } from '../conversations/open-chatbot.ts'
import type { Database } from '../db/database.ts'
import { errorPage, type Locale, messagePage, toChat } from '../http/page.ts'
import { readerOf } from '../http/reader.ts'
import { type ErrorRequest, type HttpAnswer, type Route, redirect, route } from '../http/route.ts'
import { sessionOf } from '../http/session-of.ts'
import { toLogin } from '../marketplace/login-page.ts'
import type { LoginRedirectDeps } from '../marketplace/login-redirect.ts'
import { chatPageUrl } from '../marketplace/page-templates.ts'

export interface VisitChatbotDeps extends LoginRedirectDeps {
  db: Database
  authenticator: Pick<Authenticator, 'session'>
}

/** What is longer names no app; as the way back from the login page it would not fit into a header. */
const LONGEST_SLUG = 64

const WORDS = {
  en: {
    title: 'There is nothing here',
    hint: 'There is no such chatbot, or it may not chat now.',
  },
  fa: {
    title: 'اینجا چیزی نیست',
    hint: 'چنین ربات گفتگویی وجود ندارد یا اکنون اجازهٔ گفتگو ندارد.',
  },
} as const satisfies Record<Locale, Record<string, string>>

export const visitChatbotRoutes = (deps: VisitChatbotDeps): Route[] => [
  route({
    method: 'GET',
    path: '/chat/addon_:slug',
    operation: 'Chat_OpenChatbot',
    summary: 'Open an app’s chatbot; opened in a browser',
    caller: 'anyone',
    answerError: errorPage,
    handle: ({ params, headers, base }) => visitChatbot(deps, { slug: params.slug ?? '', headers, base }),
  }),
]

/**
 * A person follows a link to an app's chatbot (wire contract §9): their conversation is opened if it is not there, and
 * its page shown: the host's own where it has named one. Following the link again changes nothing.
 */
async function visitChatbot(
  deps: VisitChatbotDeps,
  request: ErrorRequest & { slug: string },
): Promise<HttpAnswer> {
  const { slug } = request
  const user = await sessionOf(deps.authenticator, request)
  const noChatbot = (): HttpAnswer => {
    const reader = readerOf(request, user)
    const { title, hint } = WORDS[reader.locale]
    return messagePage(404, reader, { title, paragraphs: [hint], ways: [toChat(reader.locale)] })
  }
  if (!user && slug.length > LONGEST_SLUG) return noChatbot()
  if (!user) return toLogin(deps, readerOf(request), `/chat/addon_${encodeURIComponent(slug)}`)
  const chatbot = await findChatbot(deps.db, slug)
  if (!chatbot) return noChatbot()
  const { id } = await openChatbot(deps.db, { appId: chatbot.appId, userId: user.userId })
  return redirect(chatPageUrl(await deps.pageTemplates(), id) ?? `/chat/${id}`)
}
