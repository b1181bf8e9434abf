import type { FieldViolation } from '@charsu/protocol/errors'
import type { Say } from '../../i18n/use-words.ts'
import type { composeWords } from './compose-words.ts'

type Key = keyof (typeof composeWords)['en']['wrong']

/** By where a mistake lies and the words in which the platform reports it, the first that fits. */
const KNOWN: readonly [field: RegExp, description: RegExp, key: Key][] = [
  [/\.action$/, /./, 'action'],
  [/\.title$/, /must have/, 'length'],
  [/post_token$|target_resource_id$/, /./, 'post'],
  [/open_direct_link$/, /scheme/, 'scheme'],
  [/./, /at most .* characters/, 'tooLong'],
  [/open_direct_link$/, /./, 'link'],
  [/\.data$|open_server_link$|get_dynamic_action$/, /./, 'data'],
  [/rows$|buttons$/, /at most/, 'rows'],
  [/./, /is required/, 'required'],
]

/** What is wrong, in the reader's language where these pages have words for it, else in the platform's own. */
export function wrongWords(
  say: Say<(typeof composeWords)['en']>,
  { field, description }: FieldViolation,
): string {
  const known = KNOWN.find(([where, what]) => where.test(field) && what.test(description))
  return known ? say(`wrong.${known[2]}`) : description
}
