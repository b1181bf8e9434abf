import { initialOf } from '../http/initial.ts'
import { isolated, markup } from '../http/markup.ts'
import { english, messagePage, renderPage, toChat, type Way } from '../http/page.ts'
import { type Reader, readerOf } from '../http/reader.ts'
import { type ErrorRequest, type HttpAnswer, html, redirect } from '../http/route.ts'
import { type FailureReason, MAX_TOAST_LENGTH } from './click-result.ts'
import { sentenceFor } from './click-sentences.ts'
import type { OpenedApp } from './open-touchpoint.ts'
import { cut } from './record-click.ts'
import type { TouchpointFields } from './touchpoint-request.ts'

const WORDS = {
  en: {
    notOpened: 'The app could not be opened',
    unknown: 'There is no such app.',
    mistake: 'This is a mistake of the site that brought you here. For those who run it:',
    says: 'The app says',
    back: 'Back',
    start: ['Start a chat with ', '?'],
    will: 'It will hear where you come from, and the chat opens.',
    go: 'Start',
  },
  fa: {
    notOpened: 'برنامه باز نشد',
    unknown: 'چنین برنامه‌ای وجود ندارد.',
    mistake: 'این اشتباهِ سایتی است که شما را به اینجا آورد. برای گردانندگان آن:',
    says: 'برنامه می‌گوید',
    back: 'بازگشت',
    start: ['گفتگو با ', ' را شروع می‌کنید؟'],
    will: 'برنامه می‌فهمد از کجا آمده‌اید و گفتگو باز می‌شود.',
    go: 'شروع',
  },
} as const

/** Of a page that says why an app did not open. What the app did wrong is a bad answer of a server behind us. */
const STATUS: Partial<Record<FailureReason, number>> = {
  USER_BLACKLISTED: 403,
  APP_SHUT_OUT: 403,
  NOT_POST_OWNER: 403,
  OWN_POST: 403,
  IN_DEVELOPMENT: 403,
  POST_UNKNOWN: 404,
  CONVERSATION_UNKNOWN: 404,
  NOT_OFFERED_HERE: 404,
  NO_CHATBOT: 404,
  CHAT_REFUSED: 412,
  TOO_MANY_MESSAGES: 429,
  TIMED_OUT: 504,
}

/** What a person sees of an app that was opened: its page, what it says, or why it did not open. */
export function openedPage(opened: OpenedApp | null, reader: Reader): HttpAnswer {
  const { locale } = reader
  const words = WORDS[locale]
  if (!opened) {
    const ways = [toChat(locale)]
    return messagePage(404, reader, { title: words.notOpened, paragraphs: [words.unknown], ways })
  }
  const { displayName, effect, returnUrl } = opened
  if (effect.openUrl !== undefined) return redirect(effect.openUrl, { 'referrer-policy': 'no-referrer' })
  const ways: Way[] = returnUrl === undefined ? [toChat(locale)] : [{ href: returnUrl, text: words.back }]
  if (effect.failure) {
    const { reason } = effect.failure
    const said = sentenceFor(reason, locale, isolatedText(displayName))
    return messagePage(STATUS[reason] ?? 502, reader, { title: words.notOpened, paragraphs: [said], ways })
  }
  return messagePage(200, reader, {
    title: words.says,
    paragraphs: [isolated(displayName), isolated(cut(effect.toast ?? '', MAX_TOAST_LENGTH))],
    sign: { icon: 'info', tone: 'plain' },
    ways,
  })
}

/** A name in the middle of a sentence, so that a right-to-left override in it ends with it. */
const isolatedText = (name: string): string => `\u2068${name}\u2069`

/** For what the host's developers have to set right: English words for them. */
export function hostFault(status: 400 | 503, faults: readonly string[], request: ErrorRequest): HttpAnswer {
  const reader = readerOf(request)
  const words = WORDS[reader.locale]
  return messagePage(status, reader, {
    title: words.notOpened,
    paragraphs: [words.mistake, ...faults.map(english)],
    ways: [toChat(reader.locale)],
  })
}

/** Asks before a chat begins: the link came from another site, and following it must not speak for anybody. */
export function startPage(
  app: { slug: string; displayName: string },
  fields: TouchpointFields,
  reader: Reader,
): HttpAnswer {
  const words = WORDS[reader.locale]
  const inputs = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' ? [markup`<input type="hidden" name="${name}" value="${value}">`] : [],
  )
  const body = markup`
<div class="face app" aria-hidden="true">${isolated(initialOf(app.displayName))}</div>
<h1>${words.start[0]}${isolated(app.displayName)}${words.start[1]}</h1>
<p>${words.will}</p>
<form method="post" action="${reader.base}/open/${app.slug}">${inputs}<button class="main">${words.go}</button></form>`
  return html(200, renderPage({ ...reader, title: words.go, body }))
}
