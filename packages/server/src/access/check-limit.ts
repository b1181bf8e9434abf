import { ApiError } from '../errors.ts'
import { QuotaLeases, type QuotaLeasesDeps } from './quota-leases.ts'
import { CHECK_MINUTE } from './quota-policy.ts'
import type { QuotaSubject } from './quota-subject.ts'
import type { QuotaWindow } from './quota-window.ts'
import { secondsLeft } from './rate-limit-headers.ts'

export const CHECKS_PER_MINUTE = 30

/** Keeps a developer from calling others through us: so many addresses a minute, over all nodes together. */
export class CheckLimit {
  readonly #leases: QuotaLeases

  constructor(deps: Omit<QuotaLeasesDeps, 'refusal'>) {
    this.#leases = new QuotaLeases({ ...deps, refusal }, [CHECK_MINUTE])
  }

  /**
   * Counts one check.
   * @throws 429 code 8 with Retry-After; 503 when it cannot be counted.
   */
  async take(developerId: string): Promise<void> {
    // Nobody checks often enough for a timer of its own.
    void this.#leases.sweep()
    await this.#leases.take(developerId, [CHECKS_PER_MINUTE])
  }
}

function refusal(_subject: QuotaSubject, full: QuotaWindow, now: number): ApiError {
  const resetsAt = full.endsOn.toISOString()
  const seconds = secondsLeft(full.leftMs(now))
  return new ApiError(
    'RESOURCE_EXHAUSTED',
    `you have had ${full.limit} addresses tried out within a minute, which is as many as one developer may: ` +
      `wait ${seconds} s; saving needs no check`,
    {
      reason: 'CHECK_LIMIT_EXCEEDED',
      metadata: { window: 'minute', limit: String(full.limit), resets_at: resetsAt },
      headers: { 'retry-after': String(seconds) },
    },
  )
}
