import { distance } from 'fastest-levenshtein'

/** A word longer than this is not a misspelling, and comparing it would cost time a caller chooses. */
const LONGEST_MISSPELLING = 100

/**
 * The candidate that `word` most likely misspells, compared without regard to case, or undefined when none is
 * near: at most two edits, or a third of the word's length (wire contract §0: "a misspelt one gets the nearest
 * real one").
 * @param limit the most edits, where others are wanted.
 */
export function nearest(
  word: string,
  candidates: readonly string[],
  limit = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  if (word.length === 0 || word.length > LONGEST_MISSPELLING) return undefined
  const upper = word.toUpperCase()
  let best: string | undefined
  let bestDistance = limit + 1
  for (const candidate of candidates) {
    const edits = distance(upper, candidate.toUpperCase())
    if (edits < bestDistance) {
      best = candidate
      bestDistance = edits
    }
  }
  return best
}

/** ` Did you mean "X"?` for a near miss, otherwise the empty string: made to end a message. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const suggestion = nearest(word, candidates)
  return suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`
}
