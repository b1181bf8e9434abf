import { type Locale, messagePage } from '../http/page.ts'
import type { HttpAnswer } from '../http/route.ts'

const WORDS = {
  en: {
    title: 'Done',
    close: 'You can close this page. The chat is still open where you left it.',
  },
  fa: {
    title: 'تمام شد',
    close: 'می‌توانید این صفحه را ببندید. گفتگو همان‌جا که بودید هنوز باز است.',
  },
} as const satisfies Record<Locale, Record<string, string>>

/**
 * The end of the way back from an app's page (wire contract §3). That page was opened in a tab of its own, so the
 * place of the click is still there behind it.
 */
export function returnPage(locale: Locale): HttpAnswer {
  const { title, close } = WORDS[locale]
  return messagePage(200, locale, { title, paragraphs: [close] })
}
