import type { LoginLinkUse } from '../access/sessions.ts'
import { type Locale, messagePage, type Way } from '../http/page.ts'
import type { Reader } from '../http/reader.ts'
import type { HttpAnswer } from '../http/route.ts'

type Spent = Exclude<LoginLinkUse, { outcome: 'opened' }>

const WORDS = {
  en: {
    title: 'This login link does not work',
    used: 'It has been opened before, and a link works once.',
    expired: 'It is older than five minutes, and a link works no longer than that.',
    unknown: 'We do not know it; maybe a part of it was lost on the way.',
    loggedIn: 'You are logged in, so you can simply go on.',
    remedy: 'Log in again, and you get a new one.',
    goOn: 'Go on',
    logIn: 'Log in again',
  },
  fa: {
    title: 'این پیوند ورود کار نمی‌کند',
    used: 'این پیوند پیش‌تر باز شده است و هر پیوند فقط یک بار کار می‌کند.',
    expired: 'بیش از پنج دقیقه از ساخت این پیوند گذشته است و دیگر کار نمی‌کند.',
    unknown: 'این پیوند را نمی‌شناسیم؛ شاید بخشی از آن در راه افتاده باشد.',
    loggedIn: 'شما وارد شده‌اید و می‌توانید ادامه دهید.',
    remedy: 'دوباره وارد شوید تا پیوند تازه‌ای بگیرید.',
    goOn: 'ادامه',
    logIn: 'ورود دوباره',
  },
} as const satisfies Record<Locale, Record<string, string>>

/** For who opens a login link that logs nobody in any more. Whoever is logged in already needs none. */
export function spentLinkPage(
  link: Spent,
  { reader, isLoggedIn }: { reader: Reader; isLoggedIn: boolean },
): HttpAnswer {
  const words = WORDS[reader.locale]
  const returnTo = link.outcome === 'unknown' ? '/chat' : link.returnTo
  const way: Way = isLoggedIn
    ? { href: returnTo, text: words.goOn }
    : { href: `/login?return_to=${encodeURIComponent(returnTo)}`, text: words.logIn }
  return messagePage(link.outcome === 'unknown' ? 404 : 410, reader, {
    title: words.title,
    paragraphs: [words[link.outcome], isLoggedIn ? words.loggedIn : words.remedy],
    sign: link.outcome === 'expired' ? { icon: 'clock', tone: 'warn' } : { icon: 'lock', tone: 'warn' },
    ways: [way],
  })
}
