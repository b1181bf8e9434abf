import { ApiError, type ReasonOf } from '../errors.ts'
import type { AppCaller } from './callers.ts'
import { QuotaLeases, type QuotaLeasesDeps } from './quota-leases.ts'
import { APP_DAY, APP_MINUTE, type QuotaKind } from './quota-policy.ts'
import type { QuotaSubject } from './quota-subject.ts'
import type { QuotaWindow } from './quota-window.ts'
import { rateLimitHeaders, secondsLeft } from './rate-limit-headers.ts'

/** Of an app that the host has set no limits of its own for; 0 for none. */
export interface CallLimitDefaults {
  perMinute: number
  perDay: number
}

/** Headers that say how an app stands; null when nothing limits it. */
type Standing = Readonly<Record<string, string>> | null

/** Counts the calls of apps, over all nodes together (wire contract §12). */
export class CallLimits {
  readonly #leases: QuotaLeases
  readonly #clock: QuotaLeasesDeps['clock']
  readonly #defaults: readonly [number, number]

  constructor(deps: Omit<QuotaLeasesDeps, 'refusal'>, { perMinute, perDay }: CallLimitDefaults) {
    this.#leases = new QuotaLeases({ ...deps, refusal }, [APP_MINUTE, APP_DAY])
    this.#clock = deps.clock
    this.#defaults = [perMinute, perDay]
  }

  start(): void {
    this.#leases.start()
  }

  stop(): Promise<void> {
    return this.#leases.stop()
  }

  /**
   * @returns headers that say how the app stands; null when it is not limited.
   * @throws 429 code 8, which says which limit, its size and when it resets; 503 when calls cannot be counted.
   */
  take({ appId, callLimits }: AppCaller): Standing | Promise<Standing> {
    const { perMinute, perDay } = callLimits
    const [usualPerMinute, usualPerDay] = this.#defaults
    const limits =
      perMinute === null && perDay === null
        ? this.#defaults
        : [perMinute ?? usualPerMinute, perDay ?? usualPerDay]
    if (limits[0] === 0 && limits[1] === 0) return null
    const taken = this.#leases.take(appId, limits)
    return taken instanceof Promise ? taken.then((subject) => this.#headers(subject)) : this.#headers(taken)
  }

  #headers(subject: QuotaSubject): Standing {
    return rateLimitHeaders(subject, this.#clock.monotonic())
  }
}

const WORDS: Readonly<
  Partial<Record<QuotaKind, { reason: ReasonOf<'RESOURCE_EXHAUSTED'>; window: string; time: string }>>
> = {
  app_minute: { reason: 'MINUTE_LIMIT_EXCEEDED', window: 'minute', time: 'a minute' },
  app_day: { reason: 'DAILY_QUOTA_EXCEEDED', window: 'day', time: 'a day (of UTC)' },
}

function refusal(subject: QuotaSubject, full: QuotaWindow, now: number): ApiError {
  const { reason, window, time } = WORDS[full.policy.kind]!
  const resetsAt = full.endsOn.toISOString()
  const seconds = secondsLeft(full.leftMs(now))
  return new ApiError(
    'RESOURCE_EXHAUSTED',
    `the app has made the ${full.limit} calls that it may make in ${time}: wait ${seconds} s, until ${resetsAt}, ` +
      'or ask the marketplace for a higher limit',
    {
      reason,
      metadata: { window, limit: String(full.limit), resets_at: resetsAt },
      headers: {
        'retry-after': String(seconds),
        ...rateLimitHeaders(subject, now),
        'ratelimit-limit': String(full.limit),
        'ratelimit-remaining': '0',
        'ratelimit-reset': String(seconds),
      },
    },
  )
}
