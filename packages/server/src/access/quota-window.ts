import type { QuotaPolicy } from './quota-policy.ts'
import { type Ask, askFor, runsLow, sliceSize } from './quota-slice.ts'

/** What the database gave, and how it stands there. */
export interface Grant {
  given: number
  /** Given to all nodes in this window, this grant included. */
  total: number
  beganAt: Date
  endsAt: Date
  /** Milliseconds until the window ends, when it was asked. */
  leftMs: number
}

/** This node's slice of one window of one quota. Times are monotonic milliseconds unless they say otherwise. */
export class QuotaWindow {
  readonly policy: QuotaPolicy
  /** 0 for none. */
  limit = 0
  #have = 0
  #size = 1
  #total = 0
  #beganAt: Date | undefined
  /** Wall time of the database. */
  #endsOn = new Date(0)
  #endsAt = Number.NEGATIVE_INFINITY
  #grantedAt = Number.NEGATIVE_INFINITY
  #fullUntil = Number.NEGATIVE_INFINITY
  /** Counts what was spent, to tell whether anything was. */
  #spent = 0
  #seen = { spent: 0, since: 0 }

  constructor(policy: QuotaPolicy) {
    this.policy = policy
  }

  /** Calls of this window that may still be made, as far as this node knows. */
  get remaining(): number {
    return Math.max(0, this.limit - this.#total + this.#have)
  }

  /** Wall time at which the window ends. */
  get endsOn(): Date {
    return this.#endsOn
  }

  /** Milliseconds until the window ends. */
  leftMs(now: number): number {
    return Math.max(0, this.#endsAt - now)
  }

  setLimit(limit: number): void {
    this.limit = limit
    this.#fullUntil = Number.NEGATIVE_INFINITY
  }

  has(now: number): boolean {
    return this.limit === 0 || (this.#have > 0 && now < this.#endsAt)
  }

  /** Only when it {@link has} something. */
  spend(): void {
    if (this.limit === 0) return
    this.#have--
    this.#spent++
  }

  unspend(now: number): void {
    if (this.limit > 0 && now < this.#endsAt) this.#have++
  }

  get isLow(): boolean {
    return this.limit > 0 && this.policy.lastMs !== null && runsLow({ have: this.#have, size: this.#size })
  }

  /** Whether it was used up a moment ago. */
  isFull(now: number): boolean {
    return this.limit > 0 && now < this.#fullUntil && now < this.#endsAt
  }

  /**
   * What to ask the database for; null when nothing is missing.
   * @param nodes how many count together, this one among them.
   */
  ask(waiting: number, now: number, nodes: number): Ask | null {
    if (this.limit === 0) return null
    const open = now < this.#endsAt
    const holding = {
      limit: this.limit,
      left: open ? Math.max(0, this.limit - this.#total) : this.limit,
      have: open ? this.#have : 0,
      size: this.#size,
      nodes,
    }
    if (waiting <= holding.have && !(open && this.isLow)) return null
    this.#size = sliceSize(holding, now - this.#grantedAt, this.policy)
    const ask = askFor({ have: holding.have, size: this.#size }, waiting)
    return ask.needed + ask.ahead > 0 ? ask : null
  }

  /** @param askedAt from before the question, so that no window seems to end later than it does. */
  receive(grant: Grant, ask: Ask, askedAt: number, now: number): void {
    const isSame = this.#beganAt?.getTime() === grant.beganAt.getTime()
    this.#have = (isSame ? this.#have : 0) + grant.given
    this.#total = grant.total
    this.#beganAt = grant.beganAt
    this.#endsOn = grant.endsAt
    this.#endsAt = askedAt + grant.leftMs
    this.#grantedAt = now
    if (grant.given < ask.needed) this.#fullUntil = now + this.policy.believeMs
  }

  /** Takes what is to be given back: all of it after a while without use, and what is more than a slice at once. */
  release(now: number): { beganAt: Date; unused: number } | null {
    const { idleMs } = this.policy
    if (this.limit === 0 || this.#have === 0 || now >= this.#endsAt || idleMs === null) return null
    if (this.#seen.spent !== this.#spent) this.#seen = { spent: this.#spent, since: now }
    const isIdle = now - this.#seen.since >= idleMs
    return this.#give(isIdle ? this.#have : this.#have - this.#size)
  }

  /** Takes all that is left, to be given back. */
  releaseAll(now: number): { beganAt: Date; unused: number } | null {
    return this.limit > 0 && now < this.#endsAt ? this.#give(this.#have) : null
  }

  #give(unused: number): { beganAt: Date; unused: number } | null {
    if (unused <= 0 || !this.#beganAt) return null
    this.#have -= unused
    this.#total -= unused
    return { beganAt: this.#beganAt, unused }
  }

  /** Whether there is nothing to remember. */
  isOver(now: number): boolean {
    return this.limit === 0 || now >= this.#endsAt
  }
}
