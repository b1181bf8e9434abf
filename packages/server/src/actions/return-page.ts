import { type Locale, messagePage, toChat } from '../http/page.ts'
import type { Reader } from '../http/reader.ts'
import type { HttpAnswer } from '../http/route.ts'

const WORDS = {
  en: {
    title: 'Done',
    close: 'You can close this page. What you left for it is still open where you left it.',
  },
  fa: {
    title: 'تمام شد',
    close: 'می‌توانید این صفحه را ببندید. جایی که پیش از آن بودید هنوز باز است.',
  },
} as const satisfies Record<Locale, Record<string, string>>

/**
 * The end of the way back from an app's page where we cannot lead any further (wire contract §3): the app's page was
 * opened in a tab of its own, so the place of the click is mostly still there behind it.
 */
export function returnPage(reader: Reader): HttpAnswer {
  const { title, close } = WORDS[reader.locale]
  return messagePage(200, reader, {
    title,
    paragraphs: [close],
    sign: { icon: 'check', tone: 'good' },
    ways: [toChat(reader.locale)],
  })
}
