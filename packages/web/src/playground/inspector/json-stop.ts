const SPACE = /[ \t\n\r]*/y
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y
const TEXT = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy

/** Nested deeper, the browser's own reader has given up as well. */
const DEEPEST = 500

/**
 * Where a text stops being JSON, as an index of it; its length when something is missing at the end. Browsers say it in
 * words of their own, and some say nothing.
 */
export function jsonStop(text: string): number {
  const reader = new Reader(text)
  return reader.value(0) && reader.atEnd() ? text.length : reader.at
}

class Reader {
  at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): boolean {
    this.#skip(SPACE)
    if (depth > DEEPEST) return false
    if (this.#take('{')) return this.#list('}', () => this.#member(depth))
    if (this.#take('[')) return this.#list(']', () => this.value(depth + 1))
    return this.#skip(TEXT) || this.#skip(SCALAR)
  }

  atEnd(): boolean {
    this.#skip(SPACE)
    return this.at === this.#text.length
  }

  #member(depth: number): boolean {
    this.#skip(SPACE)
    if (!this.#skip(TEXT)) return false
    this.#skip(SPACE)
    return this.#take(':') && this.value(depth + 1)
  }

  #list(end: string, one: () => boolean): boolean {
    this.#skip(SPACE)
    if (this.#take(end)) return true
    for (;;) {
      if (!one()) return false
      this.#skip(SPACE)
      if (this.#take(end)) return true
      if (!this.#take(',')) return false
    }
  }

  #take(letter: string): boolean {
    if (this.#text[this.at] !== letter) return false
    this.at++
    return true
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.#text)) return false
    this.at = pattern.lastIndex
    return true
  }
}
