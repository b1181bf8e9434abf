/** Whatever moves the cursor, colours, rings or turns the writing around: control characters and marks of direction. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const escaped = (letter: string): string =>
  NAMES[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`

const ESCAPE = '\u001b'
const COLOURS = new RegExp(`(${ESCAPE}\\[[\\d;:]*m)`)
const CONTROL = /[^\P{Cc}\t]/gu
const COLOURS_OFF = `${ESCAPE}[0m`

/** A line of a program as it would colour it and nothing more: it cannot clear the screen, or pretend to be another line. */
export function programLine(line: string, colour: boolean): string {
  const parts = line.split(COLOURS)
  const kept = parts.map((part, i) => (i % 2 === 0 ? part.replace(CONTROL, escaped) : colour ? part : ''))
  return kept.join('') + (colour && parts.length > 1 ? COLOURS_OFF : '')
}

/** Text of others as one line that does nothing to the terminal it is shown on. */
export const plainText = (text: string): string => text.replace(UNSAFE, escaped)
