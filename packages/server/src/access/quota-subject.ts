import type { QuotaPolicy } from './quota-policy.ts'
import { QuotaWindow } from './quota-window.ts'

interface Waiting {
  since: number
  resolve: (subject: QuotaSubject) => void
  reject: (error: Error) => void
}

/** One that is limited, an app or a person, with its windows on this node. */
export class QuotaSubject {
  readonly id: string
  readonly windows: readonly QuotaWindow[]
  /** A question to the database is under way or about to be. */
  asked = false
  /** All limits and the seconds of their windows, as the header RateLimit-Policy says them. */
  policy = ''
  #waiting: Waiting[] = []

  constructor(id: string, policies: readonly QuotaPolicy[]) {
    this.id = id
    this.windows = policies.map((policy) => new QuotaWindow(policy))
  }

  /** In the order of the policies. */
  setLimits(limits: readonly number[]): void {
    for (let i = 0; i < limits.length; i++) {
      if (this.windows[i]!.limit === limits[i]) continue
      this.windows[i]!.setLimit(limits[i]!)
      this.policy = policyOf(this.windows)
    }
  }

  /** Takes one of every window, or of none. */
  spend(now: number): boolean {
    for (const window of this.windows) if (!window.has(now)) return false
    for (const window of this.windows) window.spend()
    return true
  }

  get isLow(): boolean {
    for (const window of this.windows) if (window.isLow) return true
    return false
  }

  /** The window that was used up a moment ago; of two the one that ends later. */
  fullWindow(now: number): QuotaWindow | undefined {
    return this.windows.findLast((window) => window.isFull(now))
  }

  /** The window of which least is left; undefined when nothing is limited. */
  get tightest(): QuotaWindow | undefined {
    let tightest: QuotaWindow | undefined
    for (const window of this.windows) {
      if (window.limit > 0 && (!tightest || window.remaining < tightest.remaining)) tightest = window
    }
    return tightest
  }

  get waiting(): number {
    return this.#waiting.length
  }

  wait(now: number): Promise<QuotaSubject> {
    return new Promise((resolve, reject) => this.#waiting.push({ since: now, resolve, reject }))
  }

  /** Lets those through for whom there is something, the first first. */
  serve(now: number): void {
    let served = 0
    while (served < this.#waiting.length && this.spend(now)) this.#waiting[served++]!.resolve(this)
    this.#waiting.splice(0, served)
  }

  /** Those that have waited since before `before`. */
  refuse(error: () => Error, before = Number.POSITIVE_INFINITY): number {
    const refused = this.#waiting.filter(({ since }) => since < before)
    this.#waiting = this.#waiting.filter(({ since }) => since >= before)
    for (const { reject } of refused) reject(error())
    return refused.length
  }

  /** Whether nothing would be lost by forgetting it. */
  isOver(now: number): boolean {
    return !this.asked && this.#waiting.length === 0 && this.windows.every((window) => window.isOver(now))
  }
}

const policyOf = (windows: readonly QuotaWindow[]): string =>
  windows
    .filter(({ limit }) => limit > 0)
    .map(({ limit, policy }) => `${limit};w=${policy.windowSeconds}`)
    .join(', ')
