import type { Authenticator } from '../access/authenticator.ts'
import type { UserCaller } from '../access/callers.ts'
import { findChatbot } from '../conversations/find-chatbot.ts'
import { openChatbot } from '../conversations/open-chatbot.ts'
import type { Database } from '../db/database.ts'
import type { MediaLinks } from '../delivery/media-links.ts'
import { type Locale, localeFrom, messagePage } from '../http/page.ts'
import { type ErrorRequest, type HttpAnswer, redirect } from '../http/route.ts'
import { sessionOf } from '../http/session-of.ts'
import { isUuid, newId } from '../ids.ts'
import { type LoginRedirectDeps, loginRedirect } from '../marketplace/login-redirect.ts'
import { chatPageUrl } from '../marketplace/page-templates.ts'
import { chatPage } from './chat-page.ts'
import { CHAT_WORDS } from './chat-page-words.ts'
import { findConversation, moveReadPlace } from './conversation-store.ts'
import { messagePage as loadMessages } from './message-store.ts'
import { viewConversation } from './view-conversation.ts'
import { viewMessage } from './view-message.ts'

export interface VisitChatDeps extends LoginRedirectDeps {
  db: Database
  authenticator: Pick<Authenticator, 'session'>
  links: MediaLinks
  /** The reader's other pages are told. */
  readers: { wakeUser(userId: string): void }
}

/** Messages on one page. */
const PAGE = 50
/** What is longer names no app; as the way back from the login page it would not fit into a header. */
const LONGEST_SLUG = 64

/**
 * A person follows a link to an app's chatbot (wire contract §9): their conversation is opened if it is not there, and
 * its page shown: the host's own where it has named one. Following the link again changes nothing.
 */
export async function visitChatbot(
  deps: VisitChatDeps,
  request: ErrorRequest & { slug: string },
): Promise<HttpAnswer> {
  const { slug } = request
  const user = await sessionOf(deps.authenticator, request)
  if (!user && slug.length > LONGEST_SLUG) return notFound('noChatbot', localeOf(request))
  if (!user) return toLogin(deps, request, `/chat/addon_${encodeURIComponent(slug)}`)
  const chatbot = await findChatbot(deps.db, slug)
  if (!chatbot) return notFound('noChatbot', localeFrom(user.locale))
  const { id } = await openChatbot(deps.db, { appId: chatbot.appId, userId: user.userId })
  return redirect(chatPageUrl(await deps.pageTemplates(), id) ?? `/chat/${id}`)
}

/** A conversation of the person's own, of either type: its latest messages, or those before a sequence. */
export async function visitConversation(
  deps: VisitChatDeps,
  request: ErrorRequest & { conversationId: string; before: number | undefined },
): Promise<HttpAnswer> {
  const { before } = request
  const id = request.conversationId.toLowerCase()
  const user = await sessionOf(deps.authenticator, request)
  if (!user && !isUuid(id)) return notFound('noConversation', localeOf(request))
  if (!user) return toLogin(deps, request, `/chat/${id}`)
  const locale = localeFrom(user.locale)
  const row = isUuid(id) ? await findConversation(deps.db, user.userId, id) : null
  if (!row) return notFound('noConversation', locale)
  const { rows, more } = await loadMessages(deps.db, { conversationId: id, before, limit: PAGE })
  const isLatest = rows.at(-1)?.sequence === row.last_sequence || rows.length === 0
  if (isLatest && !isGuess(request)) await markRead(deps, user, id, row.last_sequence)
  return chatPage({
    locale,
    conversation: viewConversation(row),
    messages: rows.map((each) => viewMessage(each, user.userId, deps.links)),
    more,
    isLatest,
    formKey: newId(),
  })
}

async function markRead(
  { db, readers }: VisitChatDeps,
  { userId }: UserCaller,
  conversationId: string,
  sequence: number,
): Promise<void> {
  const place = await moveReadPlace(db, userId, conversationId, sequence)
  if (place?.moved) readers.wakeUser(userId)
}

/** What a browser fetches ahead of the person they have not read. */
const isGuess = ({ headers }: ErrorRequest): boolean =>
  /^prefetch/i.test(String(headers['sec-purpose'] ?? headers.purpose ?? ''))

/** Of somebody of whom nothing is known but what their browser says. */
const localeOf = ({ headers }: ErrorRequest): Locale => localeFrom(headers['accept-language']?.toString())

async function toLogin(deps: VisitChatDeps, request: ErrorRequest, path: string): Promise<HttpAnswer> {
  const locale = localeOf(request)
  const words = CHAT_WORDS[locale]
  return (
    (await loginRedirect(deps, path)) ??
    messagePage(503, locale, { title: words.noLogin, paragraphs: [words.noLoginHint] })
  )
}

const notFound = (what: 'noChatbot' | 'noConversation', locale: Locale): HttpAnswer =>
  messagePage(404, locale, { title: CHAT_WORDS[locale].notFound, paragraphs: [CHAT_WORDS[locale][what]] })
