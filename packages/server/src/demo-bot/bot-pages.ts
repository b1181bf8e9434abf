import { isolated, type Markup, markup } from '../http/markup.ts'
import type { Locale } from '../http/page.ts'
import { renderPage } from '../http/page.ts'
import { type HttpAnswer, html } from '../http/route.ts'
import type { OpenPage, Visit } from './bot-memory.ts'
import { timeInWords } from './visit-times.ts'

const WORDS = {
  fa: {
    about: 'ربات نمونه',
    aboutText:
      'برنامه‌ای است که با چارسو می‌آید تا از همان دقیقهٔ اول کسی در گفتگو جواب بدهد. مثل هر برنامهٔ دیگری فقط با قرارداد عمومی حرف می‌زند: رویداد می‌گیرد، با اجازهٔ فروشنده پیام می‌فرستد و به دکمه‌ها جواب می‌دهد.',
    connectText: 'فروشندهٔ یک آگهی می‌تواند آن را به گفتگوهای همان آگهی راه بدهد:',
    token: 'شناسهٔ آگهی',
    connect: 'اتصال',
    connected: 'وصل شد',
    connectedText: 'از این پس در گفتگوهای این آگهی جواب می‌دهم.',
    denied: 'وصل نشد',
    deniedText: 'اجازه ندادید یا این درخواست دیگر معتبر نیست. هر وقت خواستید دوباره امتحان کنید.',
    unasked: 'اجازه داده شد، ولی نه به خواست من',
    unaskedText:
      'رضایت شما ماند و در آزمایشگاه، بخش رضایت‌ها، دیده می‌شود. من هم مثل هر برنامهٔ درستی فقط چیزی را به کار می‌گیرم که خودم خواسته باشم. برای اتصال از صفحهٔ خودم آغاز کنید:',
    visits: 'همهٔ بازدیدها',
    none: 'هنوز کسی وقتی انتخاب نکرده است.',
    chosen: 'خریدار این وقت را انتخاب کرده است',
    back: 'بازگشت به گفتگو',
    stale: 'این صفحه دیگر باز نیست',
    staleText: 'دوباره از گفتگو بازش کنید.',
  },
  en: {
    about: 'The demo bot',
    aboutText:
      'An app that comes with Charsu, so that somebody answers from the first minute on. Like any other app it speaks the public contract alone: it hears of messages, writes with the seller’s consent, and answers buttons.',
    connectText: 'The seller of a post can let it into the chats about that post:',
    token: 'Token of the post',
    connect: 'Connect',
    connected: 'Connected',
    connectedText: 'From now on I answer in chats about this post.',
    denied: 'Not connected',
    deniedText: 'You did not allow it, or this request is over. Try again whenever you like.',
    unasked: 'Allowed, though I did not ask',
    unaskedText:
      'Your consent is kept, and the playground shows it at Consents. Like every careful app I take up only what I have asked for myself. To connect me, begin at my own page:',
    visits: 'All visits',
    none: 'Nobody has chosen a time yet.',
    chosen: 'The buyer has chosen this time',
    back: 'Back to the chat',
    stale: 'This page is closed',
    staleText: 'Open it from the chat again.',
  },
} as const satisfies Record<Locale, Record<string, string>>

const page = (status: number, locale: Locale, title: string, body: Markup): HttpAnswer =>
  html(status, renderPage({ locale, title, body: markup`<h1>${title}</h1>${body}` }))

export function aboutPage(locale: Locale): HttpAnswer {
  const words = WORDS[locale]
  return page(
    200,
    locale,
    words.about,
    markup`<p>${words.aboutText}</p><p>${words.connectText}</p>
<form action="/dev/demo-bot/connect"><label>${words.token}
<input name="post_token" required dir="ltr" maxlength="16" pattern="[A-Za-z0-9_]+"></label>
<button class="main">${words.connect}</button></form>`,
  )
}

/** `unasked`: a consent was given that the bot knows nothing of, so it may be somebody else's doing. */
export type Connection = 'connected' | 'denied' | 'unasked'

export function connectionPage(locale: Locale, connection: Connection): HttpAnswer {
  const words = WORDS[locale]
  const wayOn = markup`<p><a href="/dev/demo-bot">${words.about}</a></p>`
  const text = markup`<p>${words[`${connection}Text`]}</p>`
  return page(
    connection === 'connected' ? 200 : 400,
    locale,
    words[connection],
    connection === 'unasked' ? markup`${text}${wayOn}` : text,
  )
}

/** The seller's visits; the way back is the platform's own word. */
export function visitsPage({ language, returnUrl }: OpenPage, visits: readonly Visit[]): HttpAnswer {
  const words = WORDS[language]
  const rows = visits.map(
    ({ time }) =>
      markup`<li>${isolated(timeInWords(time, language))}<br><span class="soft">${words.chosen}</span></li>`,
  )
  const list = rows.length > 0 ? markup`<ul>${rows}</ul>` : markup`<p>${words.none}</p>`
  return page(200, language, words.visits, markup`${list}<p><a href="${returnUrl}">${words.back}</a></p>`)
}

export const stalePage = (locale: Locale): HttpAnswer =>
  page(404, locale, WORDS[locale].stale, markup`<p>${WORDS[locale].staleText}</p>`)
