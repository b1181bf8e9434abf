import { realTime, type Time } from '../client/time.ts'
import type { EventStore } from './event-store.ts'

export interface MemoryEventsSettings {
  /** Most events that are remembered; 10,000 by default. */
  limit?: number | undefined
  /** How long a handled event is remembered, in milliseconds; a day by default. */
  keepMs?: number | undefined
  /** How long somebody may handle an event before another may, in milliseconds; a minute by default. */
  holdMs?: number | undefined
  time?: Pick<Time, 'now'> | undefined
}

/**
 * Handled events in this process's memory, bounded by number and age: an event that comes again after that is handled
 * again.
 * @example
 * ```ts run
 * import { MemoryEvents } from '@charsu/sdk'
 *
 * const events = new MemoryEvents({ limit: 100_000 })
 * ```
 */
export class MemoryEvents implements EventStore {
  readonly #settings: Required<{ [K in keyof MemoryEventsSettings]: NonNullable<MemoryEventsSettings[K]> }>
  readonly #events = new Map<string, { state: 'done' | 'taken'; until: number }>()

  constructor({
    limit = 10_000,
    keepMs = 86_400_000,
    holdMs = 60_000,
    time = realTime,
  }: MemoryEventsSettings = {}) {
    this.#settings = { limit, keepMs, holdMs, time }
  }

  async take(id: string): Promise<'first' | 'done' | 'taken'> {
    const { time, holdMs } = this.#settings
    const now = time.now()
    const known = this.#events.get(id)
    if (known && known.until > now) return known.state
    this.#put(id, 'taken', now + holdMs)
    return 'first'
  }

  async done(id: string): Promise<void> {
    const { time, keepMs } = this.#settings
    this.#put(id, 'done', time.now() + keepMs)
  }

  async release(id: string): Promise<void> {
    this.#events.delete(id)
  }

  #put(id: string, state: 'done' | 'taken', until: number): void {
    // Put at the end, so the first ones are the oldest.
    this.#events.delete(id)
    this.#events.set(id, { state, until })
    if (this.#events.size > this.#settings.limit) this.#forgetOldest()
  }

  /** What is being handled stays: forgotten, it could be handled twice at once. */
  #forgetOldest(): void {
    const now = this.#settings.time.now()
    for (const [id, { state, until }] of this.#events) {
      if (state === 'taken' && until > now) continue
      this.#events.delete(id)
      return
    }
  }
}
