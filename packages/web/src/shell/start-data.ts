import type { Locale } from '../i18n/locale.ts'

export type Theme = 'light' | 'dark'

/** What the server tells the pages with their first byte, so that nothing is asked for before the first paint. */
export interface StartData {
  mode: 'development' | 'production'
  version: string
  locale: Locale
  /** Null follows the system. */
  theme: Theme | null
  /** Null where nobody is logged in. */
  person: {
    /** Tells this person from any other. */
    mark: string
    name: string
    locale: Locale
    developer: boolean
    operator: boolean
  } | null
  /** Where a person logs in; leads back to the page that they were on. */
  login_url: string
}

const NOTHING_SAID: StartData = {
  mode: 'production',
  version: '',
  locale: 'en',
  theme: null,
  person: null,
  login_url: '/',
}

export function readStartData(document: Pick<Document, 'getElementById'>): StartData {
  const said = document.getElementById('charsu-start')?.textContent
  return { ...NOTHING_SAID, ...(said ? (JSON.parse(said) as Partial<StartData>) : {}) }
}
