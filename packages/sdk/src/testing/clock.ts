import { BedError } from './bed-error.ts'
import { milliseconds } from './duration.ts'
import { turn } from './turn.ts'

interface Timer {
  at: number
  /** Orders what is due at the same moment, and tells what began after what. */
  sequence: number
  /** Whether the app waits for it; the others are the bed's own. */
  isApps: boolean
  run(): void
}

/** A call to the app that has not been answered. */
interface Flight {
  label: string
  sequence: number
}

/** Turns of the event loop that an app which sleeps is given to do whatever else it is about to. */
const GRACE_TURNS = 10

/**
 * The time of a test bed: it stands still until the test advances it. The app sleeps by it, and the platform's
 * deadlines and repeats go by it, so that nothing waits for real and every run is the same.
 */
export class BedClock {
  #now: number
  #sequence = 0
  readonly #timers = new Set<Timer>()
  readonly #flights = new Set<Flight>()
  #change = Promise.withResolvers<void>()
  readonly #patienceMs: number

  constructor(startsAt: number, patienceMs: number) {
    this.#now = startsAt
    this.#patienceMs = patienceMs
  }

  readonly now = (): number => this.#now

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const wake = this.#add(this.#now + Math.max(0, ms), true, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      const abort = (): void => {
        wake()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
    })

  /** Runs at that moment, unless what is returned is called before. */
  at(moment: number, run: () => void): () => void {
    return this.#add(moment, false, run)
  }

  /** Says that the app is being asked; to be called when it has answered. */
  begin(label: string): () => void {
    const flight = { label, sequence: ++this.#sequence }
    this.#flights.add(flight)
    this.#changed()
    return () => {
      this.#flights.delete(flight)
      this.#changed()
    }
  }

  /** Moves the time, step by step: what is due on the way happens at its moment, and the app answers before it goes on. */
  readonly advance = async (by: number | string): Promise<void> => {
    const target = this.#now + milliseconds(by)
    await this.#appAtRest()
    for (let next = this.#next(target); next; next = this.#next(target)) {
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
      await this.#appAtRest()
    }
    this.#now = Math.max(this.#now, target)
  }

  /** Settles when nothing that the app was asked is unanswered. @throws BedError after the bed's patience. */
  async idle(): Promise<void> {
    for (;;) {
      while (this.#flights.size > 0) await this.#patiently()
      await turn()
      if (this.#flights.size === 0) return
    }
  }

  /** What the app has not answered yet, for messages. */
  underWay(): string[] {
    return [...this.#flights].map(({ label }) => label)
  }

  #add(at: number, isApps: boolean, run: () => void): () => void {
    const timer = { at, sequence: ++this.#sequence, isApps, run }
    this.#timers.add(timer)
    this.#changed()
    return () => void this.#timers.delete(timer)
  }

  #next(target: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.at > target) continue
      if (!next || timer.at < next.at || (timer.at === next.at && timer.sequence < next.sequence))
        next = timer
    }
    return next
  }

  /** Until the app has answered all, or can do so only after some time has passed. */
  async #appAtRest(): Promise<void> {
    let quietTurns = 0
    while (quietTurns < 2 || (this.#flights.size > 0 && quietTurns < GRACE_TURNS)) {
      const change = this.#change.promise
      if (this.#flights.size > 0 && !this.#appSleeps()) {
        await this.#patiently()
        quietTurns = 0
        continue
      }
      await turn()
      quietTurns = change === this.#change.promise ? quietTurns + 1 : 0
    }
  }

  /** Whether every unanswered call may be one that waits for the time to pass. */
  #appSleeps(): boolean {
    const sleeps = [...this.#timers].filter(({ isApps }) => isApps)
    return [...this.#flights].every((flight) => sleeps.some(({ sequence }) => sequence > flight.sequence))
  }

  #changed(): void {
    const change = this.#change
    this.#change = Promise.withResolvers()
    change.resolve()
  }

  /**
   * Waits for the next change, but not for ever: an app that never answers would end the test by the runner's time-out,
   * which says nothing. This is the one place where real time counts, and only for tests that fail.
   */
  async #patiently(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const out = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.#outOfPatience()), this.#patienceMs)
    })
    try {
      await Promise.race([this.#change.promise, out])
    } finally {
      clearTimeout(timer)
    }
  }

  #outOfPatience(): BedError {
    const [label = 'a call'] = this.underWay()
    const wake = [...this.#timers].filter(({ isApps }) => isApps).map(({ at }) => at)
    const why =
      wake.length > 0
        ? `It sleeps for ${Math.min(...wake) - this.#now} ms by settings.time, which stands still: begin the step, move the time, then wait for the step:\n  const step = buyer.says('…')\n  await bed.time.advance('${Math.ceil((Math.min(...wake) - this.#now) / 1000)}s')\n  await step`
        : 'Its handler waits for something that does not come: look for a promise that never settles. What waits for time has to use settings.time.sleep.'
    return new BedError(
      `the app has not answered ${label} within ${this.#patienceMs} ms of real time. ${why}`,
    )
  }
}
