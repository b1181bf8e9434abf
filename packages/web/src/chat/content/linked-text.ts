/** A piece of a text: what is not a link has no `href`. */
export interface TextPiece {
  text: string
  /** Where in the text it begins. */
  at: number
  href: string | null
}

/** Begins where no word does, ends before what closes a sentence or a bracket. */
const CANDIDATE = /(?<![\p{L}\p{N}@/.])(?:https?:\/\/|www\.)[^\s<>"'«»\p{Bidi_Control}\p{Cc}]{2,2000}/giu
const TRAILING = /[.,;:!?…،؛؟)\]}»]+$/u

/**
 * Finds web addresses in what somebody wrote. Only http and https ever become links, and what is shown is the text as
 * written, so that nothing leads elsewhere than it says.
 */
export function linkedText(text: string): TextPiece[] {
  const pieces: TextPiece[] = []
  let end = 0
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = withoutTail(match[0])
    const href = hrefOf(shown)
    if (href === null) continue
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), at: end, href: null })
    pieces.push({ text: shown, at: match.index, href })
    end = match.index + shown.length
  }
  if (end < text.length || pieces.length === 0) pieces.push({ text: text.slice(end), at: end, href: null })
  return pieces
}

/** A closing bracket stays where the address opened it. */
function withoutTail(found: string): string {
  const tail = TRAILING.exec(found)?.[0] ?? ''
  const bare = found.slice(0, found.length - tail.length)
  return tail.startsWith(')') && count(bare, '(') > count(bare, ')') ? `${bare})` : bare
}

const count = (text: string, letter: string): number => text.split(letter).length - 1

function hrefOf(shown: string): string | null {
  const url = URL.parse(/^www\./i.test(shown) ? `https://${shown}` : shown)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  const isPlain = url.username === '' && url.password === ''
  const isHost = url.hostname.includes('.') || url.hostname === 'localhost'
  return isPlain && isHost ? url.href : null
}
