import type { ApiError } from '../errors.ts'
import type { AppCaller } from './callers.ts'
import { type CallWindow, callsRefused } from './calls-refused.ts'
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

const WINDOWS: Readonly<Partial<Record<QuotaKind, CallWindow>>> = { app_minute: 'minute', app_day: 'day' }

function refusal(subject: QuotaSubject, full: QuotaWindow, now: number): ApiError {
  return callsRefused({
    window: WINDOWS[full.policy.kind]!,
    limit: full.limit,
    seconds: secondsLeft(full.leftMs(now)),
    resetsAt: full.endsOn,
    headers: rateLimitHeaders(subject, now),
  })
}
