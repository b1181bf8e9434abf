import type { i18n } from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { WordKey, Words } from './define-words.ts'

const FIRST_STRONG_ISOLATE = '\u2068'
const POP_ISOLATE = '\u2069'

/** Marks by which a text could end its isolation, or turn what follows it. */
const TURNING_MARKS = /[\u202a-\u202e\u2066-\u2069]/g

/** A text of somebody's within a sentence of ours: its direction changes nothing around it. */
export const isolate = (text: string): string =>
  `${FIRST_STRONG_ISOLATE}${text.replace(TURNING_MARKS, '')}${POP_ISOLATE}`

/** Texts among the values are isolated; numbers are written in the reader's digits, and `count` chooses the plural. */
export type Say<T> = (key: WordKey<T>, values?: Readonly<Record<string, string | number>>) => string

export function useWords<T>(words: Words<T>): Say<T> {
  const { i18n, t } = useTranslation()
  register(i18n, words)
  const { namespace } = words
  return useCallback(
    (key, values = {}) =>
      t(key as string, { ns: namespace, ...readable(values, i18n.language), ...countOf(values) }),
    [t, i18n.language, namespace],
  )
}

function register<T>(instance: i18n, { namespace, en, fa }: Words<T>): void {
  if (instance.hasResourceBundle('en', namespace)) return
  instance.addResourceBundle('en', namespace, en)
  instance.addResourceBundle('fa', namespace, fa)
}

/** `count` stays a number, for the plural; `{{n}}` writes it. */
const countOf = ({ count }: Readonly<Record<string, string | number>>) =>
  typeof count === 'number' ? { count } : {}

function readable(
  values: Readonly<Record<string, string | number>>,
  language: string,
): Record<string, string> {
  const numbers = new Intl.NumberFormat(language)
  const said = Object.entries(values).map(([name, value]) => [
    name === 'count' ? 'n' : name,
    typeof value === 'number' ? numbers.format(value) : isolate(value),
  ])
  return Object.fromEntries(said)
}
