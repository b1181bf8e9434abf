/** Languages of our pages. */
export type Locale = 'fa' | 'en'

/** A user's locale, or what a browser's Accept-Language prefers; English where nothing is said. */
export function localeFrom(preference: string | undefined): Locale {
  const fa = preference?.search(/\bfa\b/i) ?? -1
  const en = preference?.search(/\ben\b/i) ?? -1
  return fa >= 0 && (en < 0 || fa < en) ? 'fa' : 'en'
}
