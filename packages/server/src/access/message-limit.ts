import { ApiError } from '../errors.ts'
import { QuotaLeases, type QuotaLeasesDeps } from './quota-leases.ts'
import { USER_MINUTE } from './quota-policy.ts'
import type { QuotaSubject } from './quota-subject.ts'
import type { QuotaWindow } from './quota-window.ts'
import { secondsLeft } from './rate-limit-headers.ts'

/** Keeps a person from flooding others: so many messages a minute, over all nodes together (wire contract §12). */
export class MessageLimit {
  readonly #leases: QuotaLeases
  readonly #limits: readonly [number]

  /** @param perMinute 0 for none. */
  constructor(deps: Omit<QuotaLeasesDeps, 'refusal'>, perMinute: number) {
    this.#leases = new QuotaLeases({ ...deps, refusal }, [USER_MINUTE])
    this.#limits = [perMinute]
  }

  start(): void {
    this.#leases.start()
  }

  stop(): Promise<void> {
    return this.#leases.stop()
  }

  /**
   * Counts what a person is about to send; whatever becomes of it counts, but for a repeat of what was sent before.
   * @param send its `isNew` tells whether it was no repeat.
   * @throws 429 code 8 with Retry-After.
   */
  async counted<T extends { isNew: boolean }>(userId: string, send: () => Promise<T>): Promise<T> {
    if (this.#limits[0] === 0) return send()
    await this.#leases.take(userId, this.#limits)
    const sent = await send()
    if (!sent.isNew) this.#leases.giveBack(userId)
    return sent
  }
}

function refusal(_subject: QuotaSubject, full: QuotaWindow, now: number): ApiError {
  const resetsAt = full.endsOn.toISOString()
  const seconds = secondsLeft(full.leftMs(now))
  return new ApiError(
    'RESOURCE_EXHAUSTED',
    `you have sent ${full.limit} messages within a minute, which is as many as one person may: wait ${seconds} s`,
    {
      reason: 'MESSAGE_LIMIT_EXCEEDED',
      metadata: { window: 'minute', limit: String(full.limit), resets_at: resetsAt },
      headers: { 'retry-after': String(seconds) },
    },
  )
}
