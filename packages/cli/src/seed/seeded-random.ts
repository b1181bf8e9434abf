import { createHash } from 'node:crypto'

/** Numbers that look random and are the same for the same words, on every machine. */
export class SeededRandom {
  readonly #words: string
  #block = Buffer.alloc(0)
  #blocks = 0
  #at = 0

  /** @param words name what the numbers are for, such as the seed and the person. */
  constructor(...words: readonly (string | number)[]) {
    this.#words = words.join('/')
  }

  /** A whole number, 0 ≤ number < `below`. */
  below(below: number): number {
    if (this.#at + 4 > this.#block.length) {
      this.#block = createHash('sha256')
        .update(`${this.#words}#${this.#blocks++}`)
        .digest()
      this.#at = 0
    }
    const number = this.#block.readUInt32BE(this.#at)
    this.#at += 4
    return number % below
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** Whether something happens that happens so many times in a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent
  }
}

/** A UUID that is always the same for the same words. */
export function seededUuid(...words: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(words.join('/')).digest('hex')
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
