/** Runs work of one lane in the order it came, one after another; other lanes do not wait for it. */
export class Lanes {
  readonly #ends = new Map<string, Promise<unknown>>()

  run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const before = this.#ends.get(lane) ?? Promise.resolve()
    const run = before.then(work)
    const end = run
      .catch(() => {})
      .then(() => {
        if (this.#ends.get(lane) === end) this.#ends.delete(lane)
      })
    this.#ends.set(lane, end)
    return run
  }

  /** How many lanes have work. */
  get busy(): number {
    return this.#ends.size
  }
}
