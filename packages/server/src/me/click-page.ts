import type { ClickResult } from '../actions/click-result.ts'
import { isolated, markup } from '../http/markup.ts'
import { type Locale, messagePage } from '../http/page.ts'
import { type HttpAnswer, redirect } from '../http/route.ts'
import { CHAT_WORDS } from './chat-page-words.ts'

/** What a click on the chat page comes to: the app's page, or what there is to say, and the way back. */
export function clickPage(result: ClickResult, conversationId: string, locale: Locale): HttpAnswer {
  const { outcome, open_url: url, toast, message } = result
  if (url !== undefined) return redirect(url, { 'referrer-policy': 'no-referrer' })
  const words = CHAT_WORDS[locale]
  const said = [message, toast].flatMap((text) => (text === undefined ? [] : [markup`${isolated(text)}`]))
  return messagePage(200, locale, {
    title: outcome === 'failed' ? words.failed : words.done,
    paragraphs: [...said, markup`<a href="/chat/${conversationId}#write">${words.back}</a>`],
  })
}
