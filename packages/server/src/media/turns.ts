/** Lets a few at a time through, the others after them in the order in which they came. */
export class Turns {
  readonly #most: number
  #busy = 0
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#most = most
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy < this.#most) this.#busy++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      // A turn is handed on, so that nobody who comes in between takes it.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#busy--
    }
  }
}
