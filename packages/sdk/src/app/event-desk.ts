import type { EventStore } from '../stores/event-store.ts'
import { Lanes } from './lanes.ts'

/** How an event ended. `taken`: another process is at it. */
export type EventOutcome = 'done' | 'duplicate' | 'taken' | 'failed'

/** Handles each event once, and those of one lane one after another. */
export class EventDesk {
  readonly #store: EventStore
  readonly #report: (error: unknown) => void
  readonly #lanes = new Lanes()
  readonly #underWay = new Map<string, Promise<EventOutcome>>()

  constructor(store: EventStore, report: (error: unknown) => void) {
    this.#store = store
    this.#report = report
  }

  /**
   * @param id undefined where nothing tells the event from another: it is handled each time it comes.
   * @param work tells whether it succeeded; it does not throw.
   */
  handle(id: string | undefined, lane: string, work: () => Promise<boolean>): Promise<EventOutcome> {
    if (id === undefined) {
      return this.#lanes.run(lane, async () => ((await work()) ? 'done' : 'failed'))
    }
    const underWay = this.#underWay.get(id)
    if (underWay !== undefined) return underWay
    const outcome = this.#lanes
      .run(lane, () => this.#once(id, work))
      .catch((error: unknown): EventOutcome => {
        this.#report(error)
        return 'failed'
      })
      .finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, outcome)
    return outcome
  }

  async #once(id: string, work: () => Promise<boolean>): Promise<EventOutcome> {
    const taken = await this.#store.take(id)
    if (taken !== 'first') return taken === 'done' ? 'duplicate' : 'taken'
    if (await work()) {
      await this.#store.done(id)
      return 'done'
    }
    await this.#store.release(id)
    return 'failed'
  }
}
