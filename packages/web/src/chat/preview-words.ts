import type { Say } from '../i18n/use-words.ts'
import type { chatWords } from './words.ts'

const KINDS = ['IMAGE', 'VIDEO', 'VOICE', 'FILE', 'LOCATION', 'CONTACT'] as const

/** A message in a few words: its text, or what it is. */
export function previewWords(
  say: Say<(typeof chatWords)['en']>,
  message: { type: string; text?: string; deleted?: true },
): string {
  if (message.deleted) return say('preview.deleted')
  if (message.text) return message.text
  const kind = KINDS.find((each) => each === message.type)
  return kind ? say(`preview.${kind}`) : say('preview.other')
}
