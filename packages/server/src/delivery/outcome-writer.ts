import { setTimeout as delay } from 'node:timers/promises'
import type { LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'

export interface OutcomeWriterDeps {
  finish(outcomes: readonly LeaseOutcome[]): Promise<{ written: number[]; next: LeasedDelivery[] }>
  /** Called once for each outcome when it is committed, or known to be writable by nobody. */
  onSettled(outcome: LeaseOutcome): void
  /** Called with what this node was given in turn. */
  onNext(deliveries: readonly LeasedDelivery[]): void
  onReachable(): void
  onUnreachable(error: unknown): void
  /** Deliveries whose outcome may come soon, those that are waiting here included. */
  held(): number
  log: { error(fields: object, message: string): void }
}

const MOST_AT_ONCE = 256
/**
 * A write costs more than a millisecond of the database's time before its first outcome, and 0.05 for each; nobody
 * waits for it but the next of its lane.
 */
const GATHER_MS = 10
/** Nobody new for so long, and there is no point in waiting for more. */
const LULL_MS = 2
const WORTH_A_WRITE = 64
const RETRY_MS = [20, 100, 250, 500, 1000]
const LONGEST_RETRY_MS = 1000

/**
 * Writes outcomes in batches, one batch in flight: what arrives meanwhile, and for a moment after while more are under
 * way, goes into the next. While the database is away outcomes are kept and tried again; slots stay taken, so what is
 * kept is bounded by them.
 */
export class OutcomeWriter {
  readonly #deps: OutcomeWriterDeps
  #waiting: LeaseOutcome[] = []
  #running: Promise<void> | undefined
  #failing = false
  #abandoned = false

  constructor(deps: OutcomeWriterDeps) {
    this.#deps = deps
  }

  /** The last write failed, and outcomes are waiting for the database to come back. */
  get failing(): boolean {
    return this.#failing
  }

  add(outcome: LeaseOutcome): void {
    this.#waiting.push(outcome)
    this.#running ??= this.#run()
  }

  /** Resolves when nothing is waiting or being written. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  /** Gives up what cannot be written now: the leases run out and other nodes take over. */
  abandon(): void {
    this.#abandoned = true
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#abandoned) {
      // Lets everything that ended in this turn of the event loop into the batch.
      await new Promise(setImmediate)
      await this.#gather()
      await this.#write(this.#waiting.splice(0, MOST_AT_ONCE))
    }
    this.#running = undefined
  }

  async #gather(): Promise<void> {
    for (let gathered = 0; gathered < GATHER_MS; gathered += LULL_MS) {
      const before = this.#waiting.length
      if (before >= WORTH_A_WRITE || before >= this.#deps.held()) return
      await delay(LULL_MS)
      if (this.#waiting.length === before) return
    }
  }

  async #write(batch: readonly LeaseOutcome[]): Promise<void> {
    for (let failures = 0; !this.#abandoned; failures++) {
      try {
        const { next } = await this.#deps.finish(batch)
        this.#failing = false
        this.#deps.onReachable()
        for (const outcome of batch) this.#deps.onSettled(outcome)
        if (next.length > 0) this.#deps.onNext(next)
        return
      } catch (error) {
        if (refusesTheData(error)) return this.#split(batch, error)
        this.#failing = true
        this.#deps.onUnreachable(error)
        await delay(RETRY_MS[failures] ?? LONGEST_RETRY_MS)
      }
    }
  }

  /** One outcome that the database cannot hold must not keep its neighbours from being written. */
  async #split(batch: readonly LeaseOutcome[], error: unknown): Promise<void> {
    const half = Math.ceil(batch.length / 2)
    if (batch.length > 1) {
      await this.#write(batch.slice(0, half))
      return this.#write(batch.slice(half))
    }
    for (const outcome of batch) {
      this.#deps.log.error(
        { err: error, deliveryId: outcome.delivery.deliveryId },
        'an outcome cannot be stored',
      )
      this.#deps.onSettled(outcome)
    }
  }
}

/** SQLSTATE classes that say the same again however often they are asked: data, integrity, syntax, limits. */
function refusesTheData(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(21|22|23|42|54)[0-9A-Z]{3}$/.test(code)
}
