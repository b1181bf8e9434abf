import { AppAnswerError, type AppTrouble, BedError } from './bed-error.ts'
import type { BrowserDeps } from './browser.ts'
import type { ClickDeps } from './click.ts'
import type { Deliveries } from './deliveries.ts'
import { Refusal } from './refusal.ts'

/** What people and the bed act on. */
export interface Core extends ClickDeps, BrowserDeps {
  deliveries: Deliveries
  steps: Steps
  /** Clicks that are not over, by person and button: a second tap joins the first. */
  underWay: Map<string, Promise<unknown>>
}

/** What a step did, with what went wrong beside its events. */
export interface StepResult<T> {
  value: T
  troubles?: readonly AppTrouble[]
}

/** Carries steps out to their end, and fails those that the app answered badly. */
export class Steps {
  readonly #deliveries: Deliveries
  readonly #isTolerant: boolean
  /** How many troubles of deliveries have been told. */
  #told = 0

  constructor(deliveries: Deliveries, isTolerant: boolean) {
    this.#deliveries = deliveries
    this.#isTolerant = isTolerant
  }

  /** Settles when the app has answered all that follows from it. @throws BedError. */
  async take<T>(step: string, act: () => StepResult<T> | Promise<StepResult<T>>): Promise<T> {
    let result: StepResult<T>
    try {
      result = await act()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      throw new BedError(`${step}: the marketplace refuses it: ${error.message}`, { cause: error })
    }
    await this.#deliveries.settled()
    const troubles = [...(result.troubles ?? []), ...this.#untold()]
    if (troubles.length > 0 && !this.#isTolerant) throw new AppAnswerError(step, troubles)
    return result.value
  }

  /** For what may go wrong without failing a step, as repeats do. */
  forgive(): void {
    this.#untold()
  }

  #untold(): AppTrouble[] {
    const { troubles } = this.#deliveries
    const untold = troubles.slice(this.#told)
    this.#told = troubles.length
    return untold
  }
}
