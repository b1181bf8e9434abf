/** Words of one area, in every language. A `_one` and `_other` ending makes a plural, asked for without the ending. */
export interface Words<T> {
  namespace: string
  en: T
  fa: SameShape<T>
}

/** What one language says, the others must say too. */
export type SameShape<T> = { [K in keyof T]: T[K] extends string ? string : SameShape<T[K]> }

type PluralFree<K extends string> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K

/** Names of words, those of groups joined by dots. */
export type WordKey<T> = {
  [K in keyof T & string]: T[K] extends string ? PluralFree<K> : `${K}.${WordKey<T[K]>}`
}[keyof T & string]

export const defineWords = <const T>(namespace: string, en: T, fa: SameShape<T>): Words<T> => ({
  namespace,
  en,
  fa,
})
