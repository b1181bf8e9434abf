import type { Clock } from '../clock.ts'

/** What a cache needs to know about its own trustworthiness (see invalidations.ts). */
export interface Freshness {
  /** Milliseconds (monotonic) at which the last successful poll for invalidations began. */
  polledAt(): number
}

export interface CredentialCacheOptions<T> {
  load: (key: string) => Promise<T | null>
  /** All invalidation keys of an entry, e.g. its grant's id and its app's id. */
  tags: (value: T) => readonly string[]
  clock: Clock
  freshness: Freshness
  maxEntries: number
  /** An entry is used only while the last successful poll began less than this many milliseconds ago. */
  trustMs: number
}

/**
 * Saves database round trips for credentials, and never allows what the database would not for longer than
 * `trustMs`: when polling fails, every look-up reads the database. Unknown keys are not cached, so a flood of
 * guesses cannot push real entries out.
 */
export class CredentialCache<T> {
  readonly #options: CredentialCacheOptions<T>
  readonly #entries = new Map<string, T>()
  readonly #keysByTag = new Map<string, Set<string>>()
  #generation = 0

  constructor(options: CredentialCacheOptions<T>) {
    this.#options = options
  }

  /** The cached value, or undefined when the database has to be asked. */
  peek(key: string): T | undefined {
    const { clock, freshness, trustMs } = this.#options
    if (clock.monotonic() - freshness.polledAt() >= trustMs) return undefined
    return this.#entries.get(key)
  }

  async get(key: string): Promise<T | null> {
    const cached = this.peek(key)
    if (cached !== undefined) return cached
    // An invalidation that arrives while we load may be about the very row we read before it changed.
    const generation = this.#generation
    const value = await this.#options.load(key)
    if (value !== null && generation === this.#generation) this.#store(key, value)
    return value
  }

  #store(key: string, value: T): void {
    // An entry loaded again may carry other tags than before.
    this.#drop(key)
    const oldest = this.#entries.keys().next()
    if (this.#entries.size >= this.#options.maxEntries && !oldest.done) this.#drop(oldest.value)
    this.#entries.set(key, value)
    for (const tag of this.#options.tags(value)) {
      const keys = this.#keysByTag.get(tag) ?? new Set()
      this.#keysByTag.set(tag, keys.add(key))
    }
  }

  #drop(key: string): void {
    const value = this.#entries.get(key)
    if (value === undefined) return
    this.#entries.delete(key)
    for (const tag of this.#options.tags(value)) {
      const keys = this.#keysByTag.get(tag)
      keys?.delete(key)
      if (keys?.size === 0) this.#keysByTag.delete(tag)
    }
  }

  /** Forgets every entry that carries the tag. */
  invalidate(tag: string): void {
    this.#generation++
    for (const key of this.#keysByTag.get(tag) ?? []) this.#drop(key)
  }

  clear(): void {
    this.#generation++
    this.#entries.clear()
    this.#keysByTag.clear()
  }
}
