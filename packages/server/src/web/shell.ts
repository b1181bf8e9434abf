import { randomBytes } from 'node:crypto'
import { markup } from '../http/markup.ts'
import type { Locale } from '../http/page.ts'
import type { Reader, Theme } from '../http/reader.ts'
import { HttpAnswer } from '../http/route.ts'

/** What the pages are told with their first byte; packages/web/src/shell/start-data.ts reads it. */
export interface StartData {
  mode: 'development' | 'production'
  version: string
  locale: Locale
  theme: Theme | null
  /** Null where nobody is logged in. */
  person: { mark: string; name: string; locale: Locale; developer: boolean; operator: boolean } | null
  /** Where a person logs in, to come back to this page. */
  login_url: string
}

/** The built document, cut where answers differ: at its root element, at the nonce, at the start data. */
export type Shell = readonly [before: string, afterRoot: string, afterNonce: string, afterStart: string]

const ROOT = '<html lang="en" dir="ltr">'
const NONCE = '<meta name="csp-nonce" content="" />'
const START = '<script type="application/json" id="charsu-start">{}</script>'

/** @throws Error for a document that lacks a place to be filled, for then it is of another version than the server. */
export function splitShell(document: string): Shell {
  const [before, afterRoot] = around(document, ROOT)
  const [untilNonce, afterNonce] = around(afterRoot, NONCE)
  const [untilStart, afterStart] = around(afterNonce, START)
  return [before, untilNonce, untilStart, afterStart]
}

function around(text: string, place: string): [before: string, after: string] {
  const [before, after, ...further] = text.split(place)
  if (before === undefined || after === undefined || further.length > 0) {
    throw new Error(
      'the built pages are not of this server: build them again with npm run build -w packages/web',
    )
  }
  return [before, after]
}

/** The document of every page: in the reader's language, with the start data, under a policy that runs no foreign code. */
export function shellAnswer(shell: Shell, reader: Reader, start: StartData): HttpAnswer {
  const { locale, theme } = reader
  const nonce = randomBytes(18).toString('base64')
  const direction = locale === 'fa' ? 'rtl' : 'ltr'
  const dataTheme = theme === null ? '' : markup` data-theme="${theme}"`
  const [before, afterRoot, afterNonce, afterStart] = shell
  const document = [
    before,
    markup`<html lang="${locale}" dir="${direction}"${dataTheme}>`,
    afterRoot,
    markup`<meta name="csp-nonce" content="${nonce}" />`,
    afterNonce,
    `<script type="application/json" id="charsu-start">${scriptText(start)}</script>`,
    afterStart,
  ].join('')
  return new HttpAnswer(
    200,
    {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy(nonce, start.mode),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    },
    document,
  )
}

/** JSON that cannot end its element, whatever a name holds. */
const scriptText = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

/** Pictures and recordings may come from anywhere by https; in development from other ports of this machine, too. */
function policy(nonce: string, mode: StartData['mode']): string {
  const media = mode === 'development' ? 'https: http:' : 'https:'
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    `img-src 'self' ${media} data: blob:`,
    `media-src 'self' ${media} blob:`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
