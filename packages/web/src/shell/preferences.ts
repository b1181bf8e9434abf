import type { i18n } from 'i18next'
import { directionOf, type Locale } from '../i18n/locale.ts'
import type { Theme } from './start-data.ts'

const YEAR_SECONDS = 365 * 86_400

/** Kept in a cookie, so that the server's own pages follow too. */
const keep = (name: string, value: string): void => {
  document.cookie = `${name}=${value}; Path=/; Max-Age=${value === '' ? 0 : YEAR_SECONDS}; SameSite=Lax`
}

export function applyLocale(i18n: i18n, locale: Locale): void {
  keep('charsu_locale', locale)
  document.documentElement.lang = locale
  document.documentElement.dir = directionOf(locale)
  void i18n.changeLanguage(locale)
}

/** @param theme null follows the system. */
export function applyTheme(theme: Theme | null): void {
  keep('charsu_theme', theme ?? '')
  if (theme === null) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

export function themeInForce(): Theme | null {
  const { theme } = document.documentElement.dataset
  return theme === 'light' || theme === 'dark' ? theme : null
}
