import type { IncomingHttpHeaders } from 'node:http'
import { messagePage, toChat } from './page.ts'
import { readerOf } from './reader.ts'
import type { ErrorRequest, HttpAnswer } from './route.ts'

const WORDS = {
  en: {
    title: 'There is no such page',
    text: 'The address may have been mistyped, or what it named is gone.',
  },
  fa: { title: 'چنین صفحه‌ای نیست', text: 'شاید نشانی درست نوشته نشده، یا آنچه نام می‌برد دیگر نیست.' },
} as const

/** A person goes there in a browser. Programs do not say so, and get their form of error. */
export const isVisit = ({ method, headers }: { method: string; headers: IncomingHttpHeaders }): boolean =>
  method === 'GET' && headers['sec-fetch-mode'] === 'navigate'

/** For who opens an address at which nothing is. */
export function unknownPage(request: ErrorRequest): HttpAnswer {
  const reader = readerOf(request)
  const { title, text } = WORDS[reader.locale]
  return messagePage(404, reader, {
    title,
    paragraphs: [text],
    sign: { icon: 'alert', tone: 'plain' },
    ways: [toChat(reader.locale)],
  })
}
