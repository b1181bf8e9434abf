import type { Scope } from '@charsu/protocol/scopes'
import { isolated, type Markup, markup } from '../http/markup.ts'
import type { Locale } from '../http/page.ts'
import type { ScopeSubject } from './scope-subjects.ts'
import { BOT_WORDS, NAMELESS, SCOPE_WORDS } from './scope-words.ts'

/** Our own words, and names that somebody chose. */
type Sentence = readonly (string | { name: string })[]

function scopeSentence(scope: Scope, subject: ScopeSubject | undefined, locale: Locale): Sentence {
  const botWords = subject?.bot === undefined ? undefined : BOT_WORDS[locale][scope.name]
  const words = botWords ?? SCOPE_WORDS[locale][scope.name]
  return words.split(/(\{[a-z]+\})/).map((part) => {
    const slot = /^\{(partner|post|bot|app)\}$/.exec(part)?.[1] as keyof typeof NAMELESS.en | undefined
    if (slot === undefined) return part
    const name = subject?.[slot]
    return name ? { name } : NAMELESS[locale][slot]
  })
}

/** What the scope allows, as plain text. */
export const scopeText = (scope: Scope, subject: ScopeSubject | undefined, locale: Locale): string =>
  scopeSentence(scope, subject, locale)
    .map((part) => (typeof part === 'string' ? part : part.name))
    .join('')

/** What the scope allows, as HTML; names are escaped and isolated. */
export const scopeMarkup = (scope: Scope, subject: ScopeSubject | undefined, locale: Locale): Markup =>
  markup`${scopeSentence(scope, subject, locale).map((part) => (typeof part === 'string' ? part : isolated(part.name)))}`
