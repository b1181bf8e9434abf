import type { Database } from '../db/database.ts'
import { isDatabaseAway } from '../db/database-failure.ts'
import type { TrafficEntry } from './traffic-record.ts'
import { MOST_KEPT, trimTraffic, writeTraffic } from './traffic-store.ts'

export interface TrafficWriterDeps {
  db: Database
  log: { warn(fields: object, message: string): void }
  /** There is something new to read. */
  onWritten(): void
}

export interface TrafficWriterOptions {
  /** What comes within so many milliseconds is written together. */
  gatherMs: number
  /** Until the next try when the database is away. */
  retryMs: number
  mostInBatch: number
  /** Waiting at once; the oldest are given up for newer ones. */
  mostWaiting: number
  mostKept: number
}

const DEFAULTS: TrafficWriterOptions = {
  gatherMs: 20,
  retryMs: 1_000,
  mostInBatch: 100,
  mostWaiting: 1_000,
  mostKept: MOST_KEPT,
}
/** So much beyond what is kept may be there for a while. */
const TRIM_EVERY = 200

/** Writes records behind the back of what they tell of: taking one never waits and never fails. */
export class TrafficWriter {
  readonly #deps: TrafficWriterDeps
  readonly #options: TrafficWriterOptions
  #waiting: TrafficEntry[] = []
  #lost = 0
  /** A first batch trims what an earlier start has left. */
  #untrimmed = TRIM_EVERY
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #failing = false
  #stopped = false

  constructor(deps: TrafficWriterDeps, options: Partial<TrafficWriterOptions> = {}) {
    this.#deps = deps
    this.#options = { ...DEFAULTS, ...options }
  }

  add(entry: TrafficEntry): void {
    if (this.#stopped) return
    this.#waiting.push(entry)
    if (this.#waiting.length > this.#options.mostWaiting) {
      this.#waiting.shift()
      this.#lost++
    }
    this.#schedule(this.#options.gatherMs)
  }

  /** Writes what waits, if the database takes it. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#writing
    while (this.#waiting.length > 0 && !this.#failing) await this.#write()
  }

  #schedule(inMs: number): void {
    if (this.#timer || this.#writing || this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined
        if (this.#waiting.length > 0) this.#schedule(this.#failing ? this.#options.retryMs : 0)
      })
    }, inMs)
    this.#timer.unref()
  }

  async #write(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#options.mostInBatch)
    try {
      await this.#store(batch)
      this.#failing = false
      if (this.#lost > 0) {
        this.#deps.log.warn({ lost: this.#lost }, 'exchanges with apps could not be recorded')
        this.#lost = 0
      }
      this.#deps.onWritten()
      await this.#trim(batch.length)
    } catch (error) {
      if (!this.#failing) {
        this.#deps.log.warn({ err: error }, 'could not record exchanges with apps; trying again')
      }
      this.#failing = true
      this.#putBack(batch)
    }
  }

  /** One that the database refuses does not take the others with it. */
  async #store(batch: readonly TrafficEntry[]): Promise<void> {
    try {
      await writeTraffic(this.#deps.db, batch)
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      if (batch.length === 1) {
        this.#lost++
        return
      }
      for (const entry of batch) await this.#store([entry])
    }
  }

  async #trim(written: number): Promise<void> {
    this.#untrimmed += written
    if (this.#untrimmed < TRIM_EVERY) return
    // Once more than is needed does no harm, and what fails now is done with a later batch.
    await trimTraffic(this.#deps.db, this.#options.mostKept).then(
      () => {
        this.#untrimmed = 0
      },
      () => {},
    )
  }

  #putBack(batch: readonly TrafficEntry[]): void {
    const room = Math.max(0, this.#options.mostWaiting - this.#waiting.length)
    const kept = batch.slice(Math.max(0, batch.length - room))
    this.#lost += batch.length - kept.length
    this.#waiting.unshift(...kept)
  }
}
