/** Whatever moves the cursor, colours, rings or turns the writing around: control characters and marks of direction. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text of others as one line that does nothing to the terminal it is shown on. */
export const plainText = (text: string): string =>
  text.replace(
    UNSAFE,
    (letter) => NAMES[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
