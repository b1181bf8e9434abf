import { hash } from 'node:crypto'
import { checkText } from '@charsu/protocol/message-input'
import { normalizer, type Parser, parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { clickMessage } from '../actions/click-message.ts'
import { type ClickDeps, noSuchButton } from '../actions/run-click.ts'
import { errorPage, localeFrom } from '../http/page.ts'
import { type Route, redirect, route } from '../http/route.ts'
import { clickPage } from './click-page.ts'
import { findMessage } from './message-store.ts'
import { pathId } from './not-found.ts'
import { type SendMyMessageDeps, sendMyMessage } from './send-message.ts'
import { type VisitChatDeps, visitChatbot, visitConversation } from './visit-chat.ts'

export interface ChatPageDeps extends VisitChatDeps, SendMyMessageDeps {
  clicks: ClickDeps
}

interface WrittenText {
  text: string
  /** Of the page that it was written on. */
  key: string
}

const writtenText: Parser<WrittenText> = normalizer<WrittenText>(
  Type.Object({ text: Type.Optional(Type.String()), key: Type.Optional(Type.String({ maxLength: 100 })) }),
  (value, report) => {
    const { text = '', key = '' } = value as Partial<WrittenText>
    // Forms end lines as no other text of ours does.
    const said = typeof text === 'string' ? text.replaceAll('\r\n', '\n') : ''
    return { text: checkText(said, 'text', report), key: String(key) }
  },
)

/** Whoever follows a broken link still gets in. */
const beforeQuery: Parser<{ before: number | undefined }> = normalizer(
  Type.Object({ before: Type.Optional(Type.String({ description: 'a sequence: only messages before it' })) }),
  (value) => {
    const before = String((value as { before?: unknown }).before)
    return { before: /^\d{1,15}$/.test(before) ? Number(before) : undefined }
  },
)

const Place = Type.String({ pattern: '^[0-2]$', description: 'counted from 0' })
const pressedButton = parser(Type.Object({ message_id: Type.String(), row: Place, column: Place }))

/** A page's form sends one text once, however often its button is pressed. */
const keyOf = ({ key, text }: WrittenText): string | undefined =>
  key === '' ? undefined : hash('sha256', JSON.stringify([key, text]))

/**
 * The chat as plain pages without script (wire contract §9), for hosts that have none of their own: a conversation, a
 * form to write, and the buttons that this person may press.
 */
export const chatPageRoutes = (deps: ChatPageDeps): Route[] => [
  route({
    method: 'GET',
    path: '/chat/addon_:slug',
    operation: 'Chat_OpenChatbot',
    summary: 'Open an app’s chatbot; opened in a browser',
    caller: 'anyone',
    answerError: errorPage,
    handle: ({ params, headers }) => visitChatbot(deps, { slug: params.slug ?? '', headers }),
  }),
  route({
    method: 'GET',
    path: '/chat/:conversation_id',
    operation: 'Chat_Page',
    summary: 'A conversation of mine as a page; opened in a browser',
    caller: 'anyone',
    query: beforeQuery,
    answerError: errorPage,
    handle: ({ params, query, headers }) =>
      visitConversation(deps, {
        conversationId: params.conversation_id ?? '',
        before: query.before,
        headers,
      }),
  }),
  route({
    method: 'POST',
    path: '/chat/:conversation_id',
    operation: 'Chat_Write',
    summary: 'Write from the page of a conversation',
    caller: 'user',
    form: true,
    body: writtenText,
    answerError: errorPage,
    handle: async ({ caller, params, body, traceparent }) => {
      const conversationId = pathId('conversation', params.conversation_id)
      await sendMyMessage(deps, {
        userId: caller.userId,
        conversationId,
        message: { text: body.text },
        idempotencyKey: keyOf(body),
        traceparent,
      })
      return redirect(`/chat/${conversationId}#write`)
    },
  }),
  route({
    method: 'POST',
    path: '/chat/:conversation_id/click',
    operation: 'Chat_Click',
    summary: 'Press a button on the page of a conversation',
    caller: 'user',
    form: true,
    body: pressedButton,
    answerError: errorPage,
    handle: async ({ caller, params, body, traceparent }) => {
      const conversationId = pathId('conversation', params.conversation_id)
      const messageId = pathId('message', body.message_id)
      const message = await findMessage(deps.db, messageId)
      if (message?.conversation_id !== conversationId) throw noSuchButton()
      const result = await clickMessage(deps.clicks, {
        userId: caller.userId,
        messageId,
        row: Number(body.row),
        column: Number(body.column),
        traceparent,
      })
      return clickPage(result, conversationId, localeFrom(caller.locale))
    },
  }),
]
