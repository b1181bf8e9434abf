import type { ApiError } from '../errors.ts'
import { Markup, markup } from './markup.ts'
import { type ErrorRequest, type HttpAnswer, html } from './route.ts'

/** Languages of the pages that the server itself renders. */
export type Locale = 'fa' | 'en'

/** A user's locale, or what a browser's Accept-Language prefers; English where nothing is said. */
export function localeFrom(preference: string | undefined): Locale {
  const fa = preference?.search(/\bfa\b/i) ?? -1
  const en = preference?.search(/\ben\b/i) ?? -1
  return fa >= 0 && (en < 0 || fa < en) ? 'fa' : 'en'
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1b1f; --soft: #5f5b66; --paper: #fff; --ground: #f4f2f5;
  --line: #dcd8e0; --accent: #a62626; --on-accent: #fff; --warn: #7a4a00; --warn-ground: #fff3dc }
@media (prefers-color-scheme: dark) { :root { --ink: #ece8f0; --soft: #aba5b3; --paper: #232127;
  --ground: #17161a; --line: #3c3943; --accent: #ef8a80; --on-accent: #2b0906; --warn: #ffd48a; --warn-ground: #3a2c10 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.7 Vazirmatn, system-ui, -apple-system, 'Segoe UI', Tahoma, sans-serif }
main { width: 100%; max-width: 27rem; padding: 1.75rem 1.5rem; border: 1px solid var(--line);
  border-radius: 1rem; background: var(--paper); overflow-wrap: anywhere }
h1 { margin: 0 0 .75rem; font-size: 1.25rem; line-height: 1.5 }
p { margin: 0 0 .75rem }
code { font-size: .9em }
.english { display: block; direction: ltr; text-align: left }
.soft { color: var(--soft); font-size: .875rem }
.tile { width: 3rem; height: 3rem; margin: 0 0 1rem; border-radius: .75rem; display: grid; place-items: center;
  background: var(--accent); color: var(--on-accent); font-size: 1.35rem; font-weight: 600 }
.warning { padding: .6rem .8rem; border-radius: .6rem; color: var(--warn); background: var(--warn-ground) }
ul { margin: 0 0 1rem; padding: 0; list-style: none; border-top: 1px solid var(--line) }
li bdi { font-weight: 600 }
li { padding: .6rem 0; border-bottom: 1px solid var(--line) }
form { display: grid; gap: .6rem; margin: 0 0 1rem }
button { min-height: 3rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .75rem;
  background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer }
button.main { border-color: transparent; background: var(--accent); color: var(--on-accent) }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`

export interface Page {
  locale: Locale
  /** Shown in the tab; our own words only. */
  title: string
  body: Markup
  /** Rules of this page's own, beside those of all pages. */
  style?: string
}

/** A whole HTML document, right to left in Persian, readable on a phone. */
export const renderPage = ({ locale, title, body, style = '' }: Page): string =>
  markup`<!doctype html>
<html lang="${locale}" dir="${locale === 'fa' ? 'rtl' : 'ltr'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Markup(STYLE + style)}</style>
</head>
<body><main>${body}</main></body>
</html>
`.toString()

/** A page that says one thing, such as why it went no further and what helps. */
export const messagePage = (
  status: number,
  locale: Locale,
  message: { title: string; paragraphs: readonly (string | Markup)[] },
): HttpAnswer =>
  html(
    status,
    renderPage({
      locale,
      title: message.title,
      body: markup`<h1>${message.title}</h1>${message.paragraphs.map((text) => markup`<p>${text}</p>`)}`,
    }),
  )

const ERROR_TITLE = { en: 'This did not work', fa: 'این کار انجام نشد' } as const satisfies Record<
  Locale,
  string
>
const NO_SESSION = {
  en: 'You are not logged in, or your session has ended. Go back to where you came from and start again.',
  fa: 'وارد نشده‌اید یا نشست شما پایان یافته است. به جایی که بودید برگردید و از نو شروع کنید.',
} as const satisfies Record<Locale, string>

/** An error as a page, for routes that people open in a browser. */
export function errorPage(error: ApiError, request: ErrorRequest): HttpAnswer {
  const locale = localeFrom(request.headers['accept-language']?.toString())
  const said =
    error.codeName === 'UNAUTHENTICATED'
      ? NO_SESSION[locale]
      : markup`<span class="english" lang="en">${error.message}</span>`
  return messagePage(error.http, locale, { title: ERROR_TITLE[locale], paragraphs: [said] })
}
