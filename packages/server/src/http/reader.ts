import { readCookie } from './cookies.ts'
import { type Locale, localeFrom } from './locale.ts'
import type { ErrorRequest } from './route.ts'

export type Theme = 'light' | 'dark'

/** For whom a page is written. */
export interface Reader {
  locale: Locale
  /** Null follows the system. */
  theme: Theme | null
  /** What stands before our paths on their pages; '' as a rule. */
  base: string
}

const LOCALE_COOKIE = 'charsu_locale'
const THEME_COOKIE = 'charsu_theme'

/**
 * What the reader has chosen on our pages comes first, then their language at the marketplace, then what their browser
 * prefers.
 * @param user absent or null for somebody who is not logged in.
 */
export function readerOf({ headers, base = '' }: ErrorRequest, user?: { locale: string } | null): Reader {
  const cookies = headers.cookie?.toString()
  const locale = readCookie(cookies, LOCALE_COOKIE)
  const theme = readCookie(cookies, THEME_COOKIE)
  return {
    locale:
      locale === 'fa' || locale === 'en'
        ? locale
        : localeFrom(user?.locale ?? headers['accept-language']?.toString()),
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    base,
  }
}
