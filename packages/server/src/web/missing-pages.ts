import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { markup } from '../http/markup.ts'
import { type Locale, messagePage } from '../http/page.ts'
import type { Reader } from '../http/reader.ts'
import type { HttpAnswer } from '../http/route.ts'

const BUILD = 'npm run build -w packages/web'

const WORDS = {
  en: {
    title: 'The pages have not been built yet',
    how: 'Build them in the folder of Charsu, then load this page again; the server may go on running:',
    api: 'Everything else is served already.',
  },
  fa: {
    title: 'صفحه‌ها هنوز ساخته نشده‌اند',
    how: 'در پوشهٔ چارسو آن‌ها را بسازید و این صفحه را دوباره باز کنید؛ سرور می‌تواند روشن بماند:',
    api: 'همهٔ بخش‌های دیگر آماده‌اند.',
  },
} as const satisfies Record<Locale, Record<string, string>>

/** For whoever opens a page before there are any. */
export function missingPages(reader: Reader): HttpAnswer {
  const { title, how, api } = WORDS[reader.locale]
  return messagePage(503, reader, {
    title,
    sign: { icon: 'info', tone: 'plain' },
    paragraphs: [how, markup`<code class="command" dir="ltr">${BUILD}</code>`, api],
  })
}

/** Says at the start what is missing, so that nobody finds out by an error. */
export function warnOfMissingPages(
  log: { warn(facts: object, text: string): void },
  folder: string | null,
): void {
  if (folder !== null && existsSync(join(folder, 'index.html'))) return
  log.warn(
    { folder },
    `the pages are not built: ${BUILD} builds them, as npm ci does; until then they answer 503, and the APIs work`,
  )
}
