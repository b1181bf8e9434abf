import { abortable } from '../client/attempt.ts'
import type { Time } from '../client/time.ts'
import type { EventStore } from '../stores/event-store.ts'
import { Lanes } from './lanes.ts'

/** How an event ended. `taken`: another process is at it. */
export type EventOutcome = 'done' | 'duplicate' | 'taken' | 'failed'

/** Does what an event asks for, and tells whether it succeeded; it does not throw. The signal gives it up. */
export type EventWork = (givenUp: AbortSignal) => Promise<boolean>

export interface EventDeskDeps {
  store: EventStore
  time: Pick<Time, 'now'>
  report(error: unknown): void
}

/** Handles each event once, and those of one lane one after another. */
export class EventDesk {
  readonly #deps: EventDeskDeps
  readonly #lanes: Lanes
  readonly #underWay = new Map<string, Promise<EventOutcome>>()

  constructor(deps: EventDeskDeps) {
    this.#deps = deps
    this.#lanes = new Lanes(() => deps.time.now())
  }

  /** @param id undefined where nothing tells the event from another: it is handled each time it comes. */
  handle(id: string | undefined, lane: string, work: EventWork): Promise<EventOutcome> {
    this.#lanes.giveUpStuck(lane)
    if (id === undefined) {
      return this.#lanes.run(lane, async (givenUp) => ((await work(givenUp)) ? 'done' : 'failed'))
    }
    const underWay = this.#underWay.get(id)
    if (underWay !== undefined) return underWay
    const outcome = this.#lanes
      .run(lane, (givenUp) => this.#once(id, work, givenUp))
      .catch((error: unknown): EventOutcome => {
        this.#deps.report(error)
        return 'failed'
      })
      .finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, outcome)
    return outcome
  }

  async #once(id: string, work: EventWork, givenUp: AbortSignal): Promise<EventOutcome> {
    const { store } = this.#deps
    const taken = await abortable(store.take(id), givenUp)
    if (taken !== 'first') return taken === 'done' ? 'duplicate' : 'taken'
    if (await work(givenUp)) {
      await store.done(id)
      return 'done'
    }
    await store.release(id)
    return 'failed'
  }
}
