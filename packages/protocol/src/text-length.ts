const encoder = new TextEncoder()

/** Number of Unicode code points, the unit of every text limit of the wire contract. */
export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Whether `text` has more than `max` code points; cheap for the usual short text. */
export function isLongerThan(text: string, max: number): boolean {
  if (text.length <= max) return false
  // A code point has at most two UTF-16 units, so a text this long need not be counted.
  if (text.length > max * 2) return true
  return codePoints(text) > max
}

/** Bytes of `text` in UTF-8. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).length
}

/** `text` in quotes for a message, cut to 60 code points so that a message stays readable. */
export function quoted(text: string): string {
  return JSON.stringify(isLongerThan(text, 60) ? `${[...text.slice(0, 120)].slice(0, 60).join('')}…` : text)
}
