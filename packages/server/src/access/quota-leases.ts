import type { Pool } from 'pg'
import type { Clock } from '../clock.ts'
import { ApiError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { QuotaKind, QuotaPolicy } from './quota-policy.ts'
import type { Ask } from './quota-slice.ts'
import { leaseQuotas, returnQuotas, type UnusedQuota } from './quota-store.ts'
import { QuotaSubject } from './quota-subject.ts'
import type { QuotaWindow } from './quota-window.ts'

export interface QuotaLeasesDeps {
  pool: Pick<Pool, 'query'>
  clock: Pick<Clock, 'monotonic'>
  log: Pick<Log, 'warn'>
  /** Nodes that live, this one among them. */
  nodes: () => number
  /** What a call is answered with that has to wait for a window's end. */
  refusal: (subject: QuotaSubject, full: QuotaWindow, now: number) => Error
  /** Told of each call that was refused. */
  onRefused?: (kind: QuotaKind) => void
  /** Told of each call that had to wait for the database. */
  onWait?: () => void
}

const SWEEP_MS = 1_000
const LOOK_MS = 200
const MAX_WAIT_MS = 2_000
const MAX_WAITING = 2_000
/** Of one statement: it holds their rows until it ends. */
const MAX_SUBJECTS = 200
/** After a failure nothing is asked for ahead of need for a while. */
const PAUSE_MS = 500

const overloaded = (): ApiError =>
  new ApiError('UNAVAILABLE', 'too many calls are waiting to be counted: try again in a second', {
    reason: 'OVERLOADED',
    headers: { 'retry-after': '1' },
  })

/**
 * Counts what several nodes let through together (wire contract §12). Each takes slices of the quotas from the
 * database, the next one before the present is used up, so that a call is nearly always counted in memory. One
 * question is under way at a time, for all that need something; only who has nothing left waits for it.
 */
export class QuotaLeases {
  readonly #deps: QuotaLeasesDeps
  readonly #policies: readonly QuotaPolicy[]
  readonly #subjects = new Map<string, QuotaSubject>()
  #asking: QuotaSubject[] = []
  #waiting = 0
  #flight: Promise<void> | undefined
  #returning: Promise<void> | undefined
  #aheadFrom = Number.NEGATIVE_INFINITY
  #sweeping: NodeJS.Timeout | undefined

  constructor(deps: QuotaLeasesDeps, policies: readonly QuotaPolicy[]) {
    this.#deps = deps
    this.#policies = policies
  }

  start(): void {
    this.#sweeping = setInterval(() => void this.sweep(), SWEEP_MS).unref()
  }

  /** Gives back what was not used, if the database takes it. */
  async stop(): Promise<void> {
    clearInterval(this.#sweeping)
    await this.#flight
    await this.#returning
    const now = this.#deps.clock.monotonic()
    await this.#return(this.#unused((window) => window.releaseAll(now)))
  }

  /**
   * Counts one call.
   * @param limits one for each policy, 0 for none.
   * @throws the refusal; 503 when the database does not answer, or too many wait for it.
   */
  take(subjectId: string, limits: readonly number[]): QuotaSubject | Promise<QuotaSubject> {
    const now = this.#deps.clock.monotonic()
    let subject = this.#subjects.get(subjectId)
    if (!subject) {
      subject = new QuotaSubject(subjectId, this.#policies)
      this.#subjects.set(subjectId, subject)
    }
    subject.setLimits(limits)
    if (subject.spend(now)) {
      if (!subject.asked && subject.isLow && now >= this.#aheadFrom) this.#ask(subject)
      return subject
    }
    const full = subject.fullWindow(now)
    if (full) throw this.#refusal(subject, full, now)
    if (this.#waiting >= MAX_WAITING) throw overloaded()
    return this.#wait(subject, now)
  }

  /** The call that was counted last was none. */
  giveBack(subjectId: string): void {
    const now = this.#deps.clock.monotonic()
    for (const window of this.#subjects.get(subjectId)?.windows ?? []) window.unspend(now)
  }

  /** Gives back what is idle and forgets whose windows are over. */
  async sweep(): Promise<void> {
    const now = this.#deps.clock.monotonic()
    for (const [id, subject] of this.#subjects) if (subject.isOver(now)) this.#subjects.delete(id)
    // A database that is slow is not to be asked over one connection more each second.
    this.#returning ??= this.#return(this.#unused((window) => window.release(now))).finally(() => {
      this.#returning = undefined
    })
    await this.#returning
  }

  async #wait(subject: QuotaSubject, now: number): Promise<QuotaSubject> {
    this.#waiting++
    this.#deps.onWait?.()
    this.#ask(subject)
    try {
      return await subject.wait(now)
    } finally {
      this.#waiting--
    }
  }

  #refusal(subject: QuotaSubject, full: QuotaWindow, now: number): Error {
    this.#deps.onRefused?.(full.policy.kind)
    return this.#deps.refusal(subject, full, now)
  }

  #ask(subject: QuotaSubject): void {
    if (subject.asked) return
    subject.asked = true
    this.#asking.push(subject)
    this.#flight ??= this.#fly()
  }

  async #fly(): Promise<void> {
    // Lets all that arrived in this turn of the event loop into the first question.
    await new Promise(setImmediate)
    let flying: QuotaSubject[] = []
    const watch = setInterval(() => {
      const before = this.#deps.clock.monotonic() - MAX_WAIT_MS
      for (const subject of [...flying, ...this.#asking]) subject.refuse(overloaded, before)
    }, LOOK_MS)
    while (this.#asking.length > 0) {
      flying = this.#asking.splice(0, MAX_SUBJECTS)
      await this.#lease(flying)
    }
    clearInterval(watch)
    this.#flight = undefined
  }

  async #lease(subjects: readonly QuotaSubject[]): Promise<void> {
    const { pool, clock, nodes } = this.#deps
    const askedAt = clock.monotonic()
    const asks = subjects.flatMap((subject) => questions(subject, askedAt, nodes()))
    try {
      const grants = asks.length > 0 ? await leaseQuotas(pool, asks.map(questionOf)) : []
      const now = clock.monotonic()
      for (const [i, { window, ask }] of asks.entries()) window.receive(grants[i]!, ask, askedAt, now)
      for (const subject of subjects) this.#serve(subject, now)
    } catch (error) {
      this.#aheadFrom = clock.monotonic() + PAUSE_MS
      for (const subject of subjects) {
        subject.asked = false
        subject.refuse(() => error as Error)
      }
    }
  }

  #serve(subject: QuotaSubject, now: number): void {
    subject.asked = false
    subject.serve(now)
    if (subject.waiting === 0) return
    const full = subject.fullWindow(now)
    if (full) subject.refuse(() => this.#refusal(subject, full, now))
    // A window ended meanwhile, or more came.
    else this.#ask(subject)
  }

  #unused(release: (window: QuotaWindow) => { beganAt: Date; unused: number } | null): UnusedQuota[] {
    const found: UnusedQuota[] = []
    for (const subject of this.#subjects.values()) {
      for (const window of subject.windows) {
        const released = release(window)
        if (released) found.push({ subjectId: subject.id, kind: window.policy.kind, ...released })
      }
    }
    return found
  }

  async #return(unused: readonly UnusedQuota[]): Promise<void> {
    if (unused.length === 0) return
    try {
      await returnQuotas(this.#deps.pool, unused)
    } catch (error) {
      // Not tried again: it may have arrived, and what is given back twice would break the limit.
      this.#deps.log.warn({ err: error }, 'could not give back what is left of quotas')
    }
  }
}

interface Question {
  subject: QuotaSubject
  window: QuotaWindow
  ask: Ask
}

const questions = (subject: QuotaSubject, now: number, nodes: number): Question[] =>
  subject.windows.flatMap((window) => {
    const ask = window.ask(subject.waiting, now, nodes)
    return ask ? [{ subject, window, ask }] : []
  })

const questionOf = ({ subject, window: { policy, limit }, ask }: Question) => ({
  subjectId: subject.id,
  kind: policy.kind,
  limit,
  shrink: policy.shrink,
  ...ask,
})
