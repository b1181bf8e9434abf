import type { Pool } from 'pg'
import { ApiError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type CallCount, type DeliveryCount, recordUsage } from './usage-store.ts'

export interface UsageMeterDeps {
  pool: Pick<Pool, 'query'>
  log: Pick<Log, 'warn'>
}

/** As much of an attempt as is counted. */
export interface CountedAttempt {
  readonly endpointId: string
  readonly outcome: 'delivered' | 'retry' | 'postponed' | 'dead'
}

type Take<C, S> = (caller: C) => S | Promise<S>

const FLUSH_MS = 5_000

/**
 * Counts the calls of apps and the attempts at them for their charts: in memory, written down every few seconds, so that
 * no call waits for it. What could not be written is kept and tried again.
 */
export class UsageMeter {
  readonly #deps: UsageMeterDeps
  #calls = new Map<string, CallCount>()
  #deliveries = new Map<string, DeliveryCount>()
  #flushing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(deps: UsageMeterDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  /** The same limits, and each call counted by what they say of it. */
  countingCalls<C extends { appId: string }, S>(limits: { take: Take<C, S> }): { take: Take<C, S> } {
    const failed = (appId: string, error: unknown): never => {
      if (error instanceof ApiError && error.codeName === 'RESOURCE_EXHAUSTED') this.#call(appId).refused++
      throw error
    }
    return {
      take: (caller) => {
        const { appId } = caller
        let taken: S | Promise<S>
        try {
          taken = limits.take(caller)
        } catch (error) {
          return failed(appId, error)
        }
        if (!(taken instanceof Promise)) {
          this.#call(appId).accepted++
          return taken
        }
        return taken.then(
          (standing) => {
            this.#call(appId).accepted++
            return standing
          },
          (error) => failed(appId, error),
        )
      },
    }
  }

  /** The same listener, told of each attempt, which is counted too. */
  countingAttempts<E extends CountedAttempt>(listener: (event: E) => void): (event: E) => void {
    return (event) => {
      const count = this.#delivery(event.endpointId)
      if (event.outcome === 'delivered') count.delivered++
      else if (event.outcome === 'dead') count.dead++
      else count.failed++
      listener(event)
    }
  }

  /** Writes down what was counted since the last time. */
  async flush(): Promise<void> {
    await this.#flushing
    if (this.#calls.size === 0 && this.#deliveries.size === 0) return
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined
    })
    await this.#flushing
  }

  async #write(): Promise<void> {
    const calls = [...this.#calls.values()]
    const deliveries = [...this.#deliveries.values()]
    this.#calls = new Map()
    this.#deliveries = new Map()
    try {
      await recordUsage(this.#deps.pool, calls, deliveries)
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'could not write down the usage of apps; it is tried again')
      for (const { appId, accepted, refused } of calls) {
        const count = this.#call(appId)
        count.accepted += accepted
        count.refused += refused
      }
      for (const { endpointId, delivered, failed, dead } of deliveries) {
        const count = this.#delivery(endpointId)
        count.delivered += delivered
        count.failed += failed
        count.dead += dead
      }
    }
  }

  #call(appId: string): CallCount {
    let count = this.#calls.get(appId)
    if (!count) {
      count = { appId, accepted: 0, refused: 0 }
      this.#calls.set(appId, count)
    }
    return count
  }

  #delivery(endpointId: string): DeliveryCount {
    let count = this.#deliveries.get(endpointId)
    if (!count) {
      count = { endpointId, delivered: 0, failed: 0, dead: 0 }
      this.#deliveries.set(endpointId, count)
    }
    return count
  }
}
