import { distance } from 'fastest-levenshtein'
import { namedErrors } from './catalogue.ts'

/** Comparing longer words would cost time that a caller chooses. */
const LONGEST = 100
const MOST = 5

/** The names that somebody most likely means who wrote `word`, the nearest first; at most five, and maybe none. */
export function nearErrors(word: string): string[] {
  const sought = word.toUpperCase().replaceAll('-', '_')
  if (sought === '' || sought.length > LONGEST) return []
  const furthest = Math.max(3, Math.floor(sought.length / 2))
  return namedErrors()
    .map(({ name }) => ({ name, edits: editsTo(sought, name.toUpperCase()) }))
    .filter(({ edits }) => edits <= furthest)
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, MOST)
    .map(({ name }) => name)
}

/** Few where one holds the other, such as TOKEN and ACCESS_TOKEN_MISSING. */
const editsTo = (sought: string, name: string): number =>
  sought.length > 2 && (name.includes(sought) || sought.includes(name)) ? 1 : distance(sought, name)
