import type { ApiError } from '../errors.ts'
import { type Locale, localeFrom } from './locale.ts'
import { Markup, markup } from './markup.ts'
import { BRAND_MARK, type IconName, icon } from './page-icon.ts'
import { PAGE_STYLE } from './page-style.ts'
import { type Reader, readerOf } from './reader.ts'
import { type ErrorRequest, type HttpAnswer, html } from './route.ts'

export { type Locale, localeFrom }

export interface Page {
  locale: Locale
  theme?: Reader['theme']
  /** Shown in the tab; our own words only. */
  title: string
  body: Markup
  /** For long texts. */
  wide?: boolean
}

const BRAND = { en: 'Charsu', fa: 'چارسو' } as const satisfies Record<Locale, string>

const FAVICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 32 32%22%3E%3Crect width=%2232%22 height=%2232%22 rx=%228%22 fill=%22%230b7a75%22/%3E%3Cpath d=%22M16 5v22M5 16h22%22 stroke=%22%23fff%22 stroke-width=%223%22 stroke-linecap=%22round%22/%3E%3C/svg%3E'

/** A whole HTML document without script, right to left in Persian, readable on a phone. */
export const renderPage = ({ locale, theme = null, title, body, wide = false }: Page): string =>
  markup`<!doctype html>
<html lang="${locale}" dir="${locale === 'fa' ? 'rtl' : 'ltr'}"${theme === null ? '' : markup` data-theme="${theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${FAVICON}">
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body><header>${BRAND_MARK}<span>${BRAND[locale]}</span></header>
<main${wide ? markup` class="wide"` : ''}>${body}</main></body>
</html>
`.toString()

/** Where a page leads on to, by a path of ours or a URL; the first is what most people want. */
export interface Way {
  href: string
  text: string
}

export interface Message {
  title: string
  paragraphs: readonly (string | Markup)[]
  /** What it is about, at a glance; a warning where nothing is said. */
  sign?: { icon: IconName; tone: 'plain' | 'good' | 'warn' | 'bad' }
  ways?: readonly Way[]
}

/** A page that says one thing, such as why it went no further and what helps. */
export const messagePage = (status: number, reader: Reader, message: Message): HttpAnswer =>
  html(status, renderPage({ ...reader, title: message.title, body: messageBody(reader, message) }))

function messageBody(
  { base }: Reader,
  { title, paragraphs, ways = [], sign = { icon: 'alert', tone: 'warn' } }: Message,
): Markup {
  const links = ways.map(
    ({ href, text }, at) =>
      markup`<a class="button${at === 0 ? ' main' : ''}" href="${href.startsWith('/') ? base + href : href}">${text}</a>`,
  )
  return markup`<div class="badge ${sign.tone}">${icon(sign.icon)}</div>
<h1>${title}</h1>${paragraphs.map((text) => markup`<p>${text}</p>`)}
${links.length === 0 ? '' : markup`<p class="ways">${links}</p>`}`
}

/** The way on where nothing better is known. */
export const toChat = (locale: Locale): Way => ({
  href: '/chat',
  text: { en: 'Go to your chats', fa: 'رفتن به گفتگوها' }[locale],
})

const WORDS = {
  en: {
    title: 'This did not work',
    loggedOut: 'You are not logged in',
    noSession: 'You are not logged in, or your session has ended. Log in and start again.',
    logIn: 'Log in',
    foreign: 'Another site tried to do this in your name, so it was refused. Start from our own pages.',
    away: 'The service is away for a moment. Try again shortly.',
    broken: 'Something went wrong on our side. Try again; if it stays so, tell the operator this number:',
    detail: 'For developers:',
  },
  fa: {
    title: 'این کار انجام نشد',
    loggedOut: 'وارد نشده‌اید',
    noSession: 'وارد نشده‌اید یا نشست شما پایان یافته است. وارد شوید و از نو شروع کنید.',
    logIn: 'ورود',
    foreign:
      'سایت دیگری می‌خواست این کار را به نام شما انجام دهد و جلوی آن گرفته شد. از صفحه‌های خود ما شروع کنید.',
    away: 'سرویس برای لحظه‌ای در دسترس نیست. کمی بعد دوباره تلاش کنید.',
    broken: 'مشکلی از سمت ما پیش آمد. دوباره تلاش کنید؛ اگر باز هم پیش آمد این شماره را به گرداننده بگویید:',
    detail: 'برای توسعه‌دهندگان:',
  },
} as const satisfies Record<Locale, Record<string, string>>

/** An error as a page, for routes that people open in a browser. */
export function errorPage(error: ApiError, request: ErrorRequest): HttpAnswer {
  const reader = readerOf(request)
  const words = WORDS[reader.locale]
  if (error.codeName === 'UNAUTHENTICATED') {
    return messagePage(error.http, reader, {
      title: words.loggedOut,
      paragraphs: [words.noSession],
      sign: { icon: 'lock', tone: 'plain' },
      ways: [{ href: '/login?return_to=%2Fchat', text: words.logIn }],
    })
  }
  return messagePage(error.http, reader, {
    title: words.title,
    paragraphs: saidOf(error, words),
    sign: { icon: 'alert', tone: 'bad' },
    ways: [toChat(reader.locale)],
  })
}

type ErrorWords = (typeof WORDS)[Locale]

/** What a person can do something about is said in their language; the rest is for developers, in theirs. */
function saidOf(error: ApiError, words: ErrorWords): (string | Markup)[] {
  if (error.reason === 'CROSS_ORIGIN') return [words.foreign, english(error.message)]
  if (error.codeName === 'UNAVAILABLE') return [words.away]
  const requestId = error.metadata?.request_id
  if (error.codeName === 'INTERNAL' && requestId !== undefined) {
    return [words.broken, markup`<code dir="ltr">${requestId}</code>`]
  }
  return [words.detail, english(error.message)]
}

/** Words for developers and operators are English in every locale. */
export const english = (text: string | Markup): Markup =>
  markup`<span class="english" lang="en">${text}</span>`
