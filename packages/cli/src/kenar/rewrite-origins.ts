/** An origin that an app names, and the one that it has on this machine. */
export interface OriginChange {
  /** Scheme and host, and the port where it is not the scheme's own; in lower case, without a slash at the end. */
  from: string
  /** Of the same form, or with a path; without a slash at the end. */
  to: string
}

/** How one text of a page, a script or a form writes `://` and the slashes behind it. */
interface Spelling {
  write(origin: string): string
  /** What names a port behind the host, so that it is another origin. */
  port: string
}

const SPELLINGS: readonly Spelling[] = [
  { write: (origin) => origin, port: ':\\d' },
  // JSON with its slashes escaped, as PHP writes it.
  { write: (origin) => origin.replaceAll('/', '\\/'), port: ':\\d' },
  // Templates that escape slashes in HTML.
  { write: (origin) => origin.replaceAll('/', '&#x2F;'), port: ':\\d' },
  // A value in a query or a form.
  { write: (origin) => encodeURIComponent(origin), port: '%3a\\d' },
  // The same of encoders that leave slashes alone.
  { write: (origin) => origin.replaceAll(':', '%3A'), port: '%3a\\d' },
]

/** Behind a host's name: more of the name, or of its domain. */
const MORE_OF_THE_NAME = '[\\w-]|\\.[\\w-]'
/** Letters that decide whether an origin goes on: `%3A8` in a query. */
const LOOK_AHEAD = 4

/** Replaces origins in a text, however they are spelled there; all else stays letter for letter. */
export class OriginRewriter {
  readonly #pattern: RegExp
  readonly #replacements: ReadonlyMap<string, string>
  readonly #longest: number

  constructor(changes: readonly OriginChange[]) {
    const replacements = new Map<string, string>()
    const alternatives: string[] = []
    for (const { from, to } of changes) {
      for (const { write, port } of SPELLINGS) {
        replacements.set(write(from).toLowerCase(), write(to))
        alternatives.push(`${escaped(write(from))}(?!${MORE_OF_THE_NAME}|${port})`)
      }
    }
    this.#replacements = replacements
    this.#pattern = new RegExp(alternatives.length === 0 ? '(?!)' : alternatives.join('|'), 'gi')
    this.#longest = Math.max(0, ...[...replacements.keys()].map(({ length }) => length)) + LOOK_AHEAD
  }

  /**
   * @param end only this much of `text` is wanted; what stands behind it decides whether an origin goes on there.
   */
  rewrite(text: string, end = text.length): string {
    let rewritten = ''
    let done = 0
    for (const found of text.matchAll(this.#pattern)) {
      if (found.index >= end) break
      rewritten += text.slice(done, found.index) + this.#replacements.get(found[0].toLowerCase())
      done = found.index + found[0].length
    }
    return rewritten + text.slice(done, end)
  }

  /** How many letters at the end of `text` have to wait for the next ones, because an origin may have begun there. */
  heldBack(text: string): number {
    const tail = text.slice(-this.#longest).toLowerCase()
    for (let i = 0; i < tail.length; i++) {
      const rest = tail.slice(i)
      for (const spelled of this.#replacements.keys()) {
        if (spelled.startsWith(rest) || rest.startsWith(spelled)) return tail.length - i
      }
    }
    return 0
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
