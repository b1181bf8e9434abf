import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { footprintIn, scalingTables, withTables } from './gen-scaling.ts'
import { ASSUMED, type Footprint, limitsOf, needsOf } from './scaling-model.ts'

const docs = (name: string): string => readFileSync(join(import.meta.dirname, '../docs', name), 'utf8')

const FOOTPRINT: Footprint = {
  message: { server: 200, main: 150, database: 100, wal: 1_000, disk: 500 },
  delivery: { server: 400, main: 350, database: 200, wal: 2_000, disk: 700 },
  fanned: { server: 250, main: 200, database: 120, wal: 1_500, disk: 700 },
  idle: { server: 10_000, database: 5_000 },
}

test('docs/scaling.md follows from docs/performance.md; node scripts/gen-scaling.ts renews it', () => {
  const page = docs('scaling.md')
  expect(withTables(page, scalingTables(footprintIn(docs('performance.md'))))).toBe(page)
})

describe('what a rate needs', () => {
  test('is the cost of a message and of its deliveries, times the rate, over what may be used of a core', () => {
    const needs = needsOf(FOOTPRINT, { messagesPerSecond: 600, deliveriesPerMessage: 1 })
    expect(needs).toMatchObject({ processes: 1, cells: 1, saturatesFirst: 'nothing' })
    expect(needs.serverCores).toBeCloseTo((600 * 600 + 10_000) / 1e6 / ASSUMED.usableShare)
    expect(needs.walPerSecond).toBe(600 * 3_000 * ASSUMED.fullPages)
    expect(needs.messagesPerDay).toBe(600 * 500 * 86_400)
    expect(needs.history).toBe(600 * 700 * 86_400 * 7)
  })

  test('of more than one delivery each costs what a fanned one does', () => {
    const [one, three] = [1, 3].map((deliveriesPerMessage) =>
      needsOf(FOOTPRINT, { messagesPerSecond: 1, deliveriesPerMessage }),
    )
    expect(one!.walPerSecond / ASSUMED.fullPages).toBe(1_000 + 2_000)
    expect(three!.walPerSecond / ASSUMED.fullPages).toBe(1_000 + 3 * 1_500)
  })

  test('never falls when the rate or the number of deliveries grows', () => {
    const rate = fc.integer({ min: 1, max: 1_000_000 })
    const deliveries = fc.integer({ min: 2, max: 50 })
    fc.assert(
      fc.property(rate, rate, deliveries, deliveries, (a, b, c, d) => {
        const needs = (messagesPerSecond: number, deliveriesPerMessage: number) =>
          needsOf(FOOTPRINT, { messagesPerSecond, deliveriesPerMessage })
        const less = needs(Math.min(a, b), Math.min(c, d))
        const more = needs(Math.max(a, b), Math.max(c, d))
        for (const of of ['processes', 'serverCores', 'databaseCores', 'walPerSecond', 'cells'] as const)
          expect(more[of]).toBeGreaterThanOrEqual(less[of])
      }),
    )
  })

  test('of many clusters says which of their parts asks for them', () => {
    const load = { messagesPerSecond: 100_000, deliveriesPerMessage: 1 }
    expect(needsOf(FOOTPRINT, load).saturatesFirst).toBe('the log of PostgreSQL')
    const busy = { ...FOOTPRINT, message: { ...FOOTPRINT.message, database: 5_000 } }
    expect(needsOf(busy, load).saturatesFirst).toBe('the cores of PostgreSQL')
  })
})

test('parts are named in the order in which they are used up', () => {
  const rates = limitsOf(FOOTPRINT, 1).map(({ rate }) => rate)
  expect(rates).toEqual(rates.toSorted((a, b) => a - b))
})

test('without figures, or with a figure missing, nothing is computed', () => {
  expect(() => footprintIn('# nothing')).toThrow('holds no figures of footprint: run npm run scaling')
  const page = '<!-- latest footprint -->\n```json\n{"bench":"footprint"}\n```\n'
  expect(() => footprintIn(page)).toThrow('hold no message_disk_bytes')
})

test('a page without a place for the tables is left alone', () => {
  expect(() => withTables('# Scaling', 'tables')).toThrow('has no place for its tables')
})
