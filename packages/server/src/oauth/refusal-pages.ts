import { type Markup, markup } from '../http/markup.ts'
import { type Locale, messagePage } from '../http/page.ts'
import type { HttpAnswer } from '../http/route.ts'
import type { OAuthClient } from './store.ts'

/** Pages for requests that cannot be answered to the app (wire contract §7: an error page and no redirect). */

const code = (text: string): Markup => markup`<code dir="ltr">${text}</code>`

/** Words for developers and operators are English in every locale. */
const english = (text: Markup): Markup => markup`<span class="english" lang="en">${text}</span>`

const TITLE = {
  en: 'This request for permission cannot go on',
  fa: 'این درخواست اجازه پیش نمی‌رود',
} as const satisfies Record<Locale, string>

const APP_FAULT = {
  en: 'This is a mistake in the app that sent you here; you can close this page. For its developer:',
  fa: 'این اشتباهِ برنامه‌ای است که شما را به اینجا فرستاده؛ می‌توانید این صفحه را ببندید. برای توسعه‌دهندهٔ آن:',
} as const satisfies Record<Locale, string>

export const unknownApp = (locale: Locale, slug: string): HttpAnswer =>
  messagePage(400, locale, {
    title: TITLE[locale],
    paragraphs: [
      APP_FAULT[locale],
      slug === ''
        ? english(markup`${code('client_id')} is missing: send the app’s slug`)
        : english(
            markup`no app has the ${code('client_id')} ${code(slug.slice(0, 100))}: send the app’s slug as the console shows it`,
          ),
    ],
  })

export function unknownRedirectUri(
  locale: Locale,
  client: Pick<OAuthClient, 'slug' | 'development' | 'redirectUris'>,
  redirectUri: string,
): HttpAnswer {
  const sent = redirectUri === '' ? markup`is missing` : markup`is ${code(redirectUri.slice(0, 2048))}`
  const registered =
    client.redirectUris.length === 0
      ? markup`the app ${code(client.slug)} has none registered yet`
      : markup`must be exactly one that the app ${code(client.slug)} registered`
  return messagePage(400, locale, {
    title: TITLE[locale],
    paragraphs: [
      APP_FAULT[locale],
      english(
        markup`${code('redirect_uri')} ${sent}, but ${registered}: register it in the console, letter by letter`,
      ),
      // Of a production app strangers need not learn this; its developer sees the list in the console.
      ...(client.development
        ? client.redirectUris.map((uri) => english(markup`registered: ${code(uri)}`))
        : []),
    ],
  })
}

export const requestTooLong = (locale: Locale, limit: number): HttpAnswer =>
  messagePage(414, locale, {
    title: TITLE[locale],
    paragraphs: [
      APP_FAULT[locale],
      english(
        markup`the request is longer than ${String(limit)} characters: ask for fewer scopes at once, or send a shorter state`,
      ),
    ],
  })

const LOGIN_NOT_SET_UP = {
  en: 'Nobody can log in yet, because this marketplace has not said where its login page is. For its operator:',
  fa: 'هنوز کسی نمی‌تواند وارد شود، چون نشانی صفحهٔ ورود این سایت تعیین نشده است. برای گردانندهٔ سایت:',
} as const satisfies Record<Locale, string>

export const loginNotSetUp = (locale: Locale): HttpAnswer =>
  messagePage(503, locale, {
    title: TITLE[locale],
    paragraphs: [
      LOGIN_NOT_SET_UP[locale],
      english(
        markup`set the page template ${code('login_url')} through the host API, such as ${code('https://market.example/login?return_to={return_to}')}`,
      ),
    ],
  })

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

export const ticketPage = (locale: Locale, problem: TicketProblem): HttpAnswer =>
  messagePage(STATUS[problem], locale, {
    title: TITLE[locale],
    paragraphs: [PROBLEMS[locale][problem], PROBLEMS[locale].remedy],
  })
