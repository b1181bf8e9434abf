import { type Markup, markup } from '../http/markup.ts'
import { english, type Locale, messagePage, toChat } from '../http/page.ts'
import type { Reader } from '../http/reader.ts'
import type { HttpAnswer } from '../http/route.ts'
import type { OAuthClient } from './store.ts'

/** Pages for requests that cannot be answered to the app (wire contract §7: an error page and no redirect). */

const code = (text: string): Markup => markup`<code dir="ltr">${text}</code>`

const TITLE = {
  en: 'This request for permission cannot go on',
  fa: 'این درخواست اجازه پیش نمی‌رود',
} as const satisfies Record<Locale, string>

const APP_FAULT = {
  en: 'This is a mistake in the app that sent you here; you can close this page. For its developer:',
  fa: 'این اشتباهِ برنامه‌ای است که شما را به اینجا فرستاده؛ می‌توانید این صفحه را ببندید. برای توسعه‌دهندهٔ آن:',
} as const satisfies Record<Locale, string>

export const unknownApp = (reader: Reader, slug: string): HttpAnswer =>
  appFault(400, reader, [
    slug === ''
      ? english(markup`${code('client_id')} is missing: send the app’s slug`)
      : english(
          markup`no app has the ${code('client_id')} ${code(slug.slice(0, 100))}: send the app’s slug as the console shows it`,
        ),
  ])

export function unknownRedirectUri(
  reader: Reader,
  client: Pick<OAuthClient, 'slug' | 'development' | 'redirectUris'>,
  redirectUri: string,
): HttpAnswer {
  const sent = redirectUri === '' ? markup`is missing` : markup`is ${code(redirectUri.slice(0, 2048))}`
  const registered =
    client.redirectUris.length === 0
      ? markup`the app ${code(client.slug)} has none registered yet`
      : markup`must be exactly one that the app ${code(client.slug)} registered`
  return appFault(400, reader, [
    english(
      markup`${code('redirect_uri')} ${sent}, but ${registered}: register it in the console, letter by letter`,
    ),
    // Of a production app strangers need not learn this; its developer sees the list in the console.
    ...(client.development
      ? client.redirectUris.map((uri) => english(markup`registered: ${code(uri)}`))
      : []),
  ])
}

export const requestTooLong = (reader: Reader, limit: number): HttpAnswer =>
  appFault(414, reader, [
    english(
      markup`the request is longer than ${String(limit)} characters: ask for fewer scopes at once, or send a shorter state`,
    ),
  ])

const appFault = (status: number, reader: Reader, faults: readonly Markup[]): HttpAnswer =>
  messagePage(status, reader, {
    title: TITLE[reader.locale],
    paragraphs: [APP_FAULT[reader.locale], ...faults],
    ways: [toChat(reader.locale)],
  })

const CONNECTED_APPS = {
  en: 'See connected apps',
  fa: 'دیدن برنامه‌های متصل',
} as const satisfies Record<Locale, string>

export type TicketProblem = 'altered' | 'expired' | 'answered' | 'other_user' | 'no_decision' | 'app_changed'

const STATUS: Record<TicketProblem, number> = {
  altered: 400,
  expired: 410,
  answered: 409,
  other_user: 403,
  no_decision: 400,
  app_changed: 409,
}

const PROBLEMS: Record<Locale, Record<TicketProblem | 'remedy', string>> = {
  en: {
    altered: 'The form that came back is not the one that was sent to you.',
    expired: 'The question was asked more than ten minutes ago.',
    answered: 'This question has been answered before.',
    other_user: 'The question was asked to another account than the one you are logged in with now.',
    no_decision: 'The form said neither allow nor deny.',
    app_changed: 'The app has changed its settings since the question was asked.',
    remedy: 'Go back to the app and start again.',
  },
  fa: {
    altered: 'فرمی که برگشت همان نیست که برای شما فرستاده شده بود.',
    expired: 'بیش از ده دقیقه از این پرسش گذشته است.',
    answered: 'به این پرسش پیش‌تر پاسخ داده شده است.',
    other_user: 'این پرسش از حساب دیگری شده بود، نه حسابی که اکنون با آن وارد شده‌اید.',
    no_decision: 'در فرم نه اجازه بود و نه رد.',
    app_changed: 'تنظیمات برنامه پس از این پرسش تغییر کرده است.',
    remedy: 'به برنامه برگردید و از نو شروع کنید.',
  },
}

export const ticketPage = (reader: Reader, problem: TicketProblem): HttpAnswer =>
  messagePage(STATUS[problem], reader, {
    title: TITLE[reader.locale],
    paragraphs: [PROBLEMS[reader.locale][problem], PROBLEMS[reader.locale].remedy],
    sign: problem === 'expired' ? { icon: 'clock', tone: 'warn' } : { icon: 'alert', tone: 'warn' },
    ways: [{ href: '/connected-apps', text: CONNECTED_APPS[reader.locale] }, toChat(reader.locale)],
  })
