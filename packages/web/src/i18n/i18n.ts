import { createInstance, type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Locale } from './locale.ts'

/** Words come with the chunk that needs them, by `useWords`. */
export function createI18n(locale: Locale): i18n {
  const instance = createInstance()
  void instance.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    resources: {},
    initAsync: false,
    // React escapes; what people wrote is isolated by useWords.
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: '' },
  })
  return instance
}
