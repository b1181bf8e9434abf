/** Runs what is about the same thing one after another, in the order in which it came. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>()

  async run<T>(about: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(about) ?? Promise.resolve()
    // Also when the one before failed.
    const mine = before.then(work, work)
    this.#last.set(about, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(about) === mine) this.#last.delete(about)
    }
  }
}
