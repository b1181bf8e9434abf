const LIFETIME_MS = 30 * 60_000

/**
 * What stands behind the addresses that people were given. Who opens a page brings its address and nothing else, so it
 * cannot be guessed, and is good for half an hour.
 */
export class Tickets<Page> {
  readonly #now: () => number
  readonly #issued = new Map<string, { page: Page; until: number }>()

  /** @param now in milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now
  }

  issue(page: Page): string {
    this.#forgetOld()
    const ticket = crypto.randomUUID()
    this.#issued.set(ticket, { page, until: this.#now() + LIFETIME_MS })
    return ticket
  }

  read(ticket: string): Page | undefined {
    this.#forgetOld()
    return this.#issued.get(ticket)?.page
  }

  /** The oldest come first, so it stops at the first that is still good. */
  #forgetOld(): void {
    for (const [ticket, { until }] of this.#issued) {
      if (until > this.#now()) return
      this.#issued.delete(ticket)
    }
  }
}
