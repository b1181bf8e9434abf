import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { APP_DAY, APP_MINUTE, type QuotaPolicy, USER_MINUTE } from './quota-policy.ts'
import { askFor, sliceSize } from './quota-slice.ts'
import { QuotaWindow } from './quota-window.ts'

const ENDS_AT = 86_400_000

/** The database's part, as lease_quotas and return_quotas do it: quota-store.test.ts compares. */
class Ledger {
  readonly limit: number
  total = 0

  constructor(limit: number) {
    this.limit = limit
  }

  lease(window: QuotaWindow, waiting: number, now: number, nodes: number): void {
    const ask = window.ask(waiting, now, nodes)
    if (!ask) return
    const left = Math.max(0, this.limit - this.total)
    const needed = Math.min(ask.needed, left)
    const given = needed + Math.min(ask.ahead, Math.floor((left - needed) / window.policy.shrink))
    this.total += given
    const grant = { given, total: this.total, beganAt: new Date(0), endsAt: new Date(ENDS_AT) }
    window.receive({ ...grant, leftMs: ENDS_AT - now }, ask, now, now)
  }

  takeBack(window: QuotaWindow, now: number): void {
    this.total -= window.release(now)?.unused ?? 0
  }
}

interface Played {
  accepted: number
  /** Of calls of one node that had to wait for the database. */
  waited: number
  /** Most that lay unused on nodes when a call was refused. */
  unused: number
  /** Lost with nodes that were killed. */
  lost: number
}

/** Calls on nodes in an order of chance, in one window. A step is [node, milliseconds before it, is it killed]. */
function play(
  policy: QuotaPolicy,
  limit: number,
  nodes: number,
  steps: readonly [number, number, boolean][],
): Played {
  const ledger = new Ledger(limit)
  const fresh = (): QuotaWindow => {
    const window = new QuotaWindow(policy)
    window.setLimit(limit)
    return window
  }
  const windows = Array.from({ length: nodes }, fresh)
  /** What a node holds, told by what it would give back. */
  const held = new Array<number>(nodes).fill(0)
  const played: Played = { accepted: 0, waited: 0, unused: 0, lost: 0 }
  let now = 0
  let sweptAt = 0
  for (const [chosen, pause, killed] of steps) {
    now += pause
    const at = chosen % nodes
    if (killed) {
      played.lost += held[at]!
      windows[at] = fresh()
      held[at] = 0
      continue
    }
    if (now - sweptAt >= 1000) {
      sweptAt = now
      for (const [i, window] of windows.entries()) {
        const before = ledger.total
        ledger.takeBack(window, now)
        held[i]! -= before - ledger.total
      }
    }
    const window = windows[at]!
    const before = ledger.total
    if (!window.has(now)) {
      played.waited++
      ledger.lease(window, 1, now, nodes)
    }
    if (window.has(now)) {
      window.spend()
      played.accepted++
      if (window.isLow) ledger.lease(window, 0, now, nodes)
      held[at]! += ledger.total - before - 1
    } else {
      played.unused = Math.max(
        played.unused,
        held.reduce((sum, each) => sum + each, 0),
      )
    }
  }
  return played
}

const policy = fc.constantFrom(APP_MINUTE, APP_DAY)
/** Some nodes far busier than others, pauses from none to longer than anything is kept. */
const steps = (length: number, killing = false) =>
  fc.array(
    fc.tuple(
      fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(30) }),
      fc.oneof({ weight: 20, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.nat(40_000) }),
      killing ? fc.nat(200).map((n) => n === 0) : fc.constant(false),
    ),
    { minLength: length, maxLength: length, size: 'max' },
  )

describe('§12 limits: slices of a quota', () => {
  test('never let more than the limit through, and nothing is refused while more than 5 % lie unused', () => {
    fc.assert(
      fc.property(
        policy,
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 1, max: 20 }),
        steps(2500),
        (...game) => {
          const [rules, limit, nodes, calls] = game
          const { accepted, unused } = play(rules, limit, nodes, calls)
          expect(accepted).toBeLessThanOrEqual(limit)
          expect(unused).toBeLessThanOrEqual(limit * 0.05)
          expect(accepted).toBeGreaterThanOrEqual(Math.min(calls.length, Math.floor(limit * 0.95)))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('are lost with a node that is killed: at most a hundredth of the limit each', () => {
    fc.assert(
      fc.property(
        policy,
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 1, max: 5 }),
        steps(2500, true),
        (...game) => {
          const [rules, limit, nodes, calls] = game
          const kills = calls.filter(([, , killed]) => killed).length
          const { accepted, lost } = play(rules, limit, nodes, calls)
          expect(accepted).toBeLessThanOrEqual(limit)
          expect(lost).toBeLessThanOrEqual(kills * Math.floor(limit / 100))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('of one busy node: few calls wait, and every call of the limit goes through', () => {
    const steady = (calls: number, pause: number) =>
      Array.from({ length: calls }, (): [number, number, boolean] => [0, pause, false])
    const minute = play(APP_MINUTE, 600, 1, steady(700, 80))
    expect(minute.accepted).toBe(600)
    const half = play(APP_MINUTE, 600, 1, steady(300, 190))
    expect(half.waited).toBeLessThanOrEqual(3)
    const day = play(APP_DAY, 50_000, 1, steady(40_000, 5))
    expect(day.waited).toBeLessThanOrEqual(3)
    const person = play(USER_MINUTE, 30, 1, steady(5, 8_000))
    expect(person.waited).toBe(1)
  })

  test('grow when they go fast, shrink when they lie about, and are none for small limits and near the end', () => {
    const size = (size: number, heldMs: number, more: Partial<Parameters<typeof sliceSize>[0]> = {}) =>
      sliceSize({ limit: 10_000, left: 10_000, have: 0, nodes: 1, size, ...more }, heldMs, APP_MINUTE)
    expect([size(8, 100), size(8, 3_000), size(8, 9_000)]).toEqual([16, 8, 4])
    expect(size(90, 100)).toBe(100)
    expect(size(90, 100, { nodes: 16 })).toBe(25)
    expect(size(64, 100, { left: 320 })).toBe(10)
    expect(size(64, 100, { left: 40 })).toBe(1)
    expect(size(64, 100, { limit: 199, left: 199 })).toBe(1)
    expect(askFor({ have: 0, size: 1 }, 3)).toEqual({ needed: 3, ahead: 0 })
    expect(askFor({ have: 2, size: 8 }, 0)).toEqual({ needed: 0, ahead: 6 })
    expect(askFor({ have: 2, size: 8 }, 5)).toEqual({ needed: 3, ahead: 8 })
  })
})
