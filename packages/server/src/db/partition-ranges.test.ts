import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isExpired, isTooWide, type PartitionRange, partitionWidth, rangesToAdd } from './partition-ranges.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const at = (text: string): number => Date.parse(`${text}Z`)
const shown = (ranges: PartitionRange[]): string[] =>
  ranges.map(({ from, to }) =>
    [from, to].map((time) => new Date(time).toISOString().slice(0, 16)).join(' to '),
  )

test('the first partitions cover the day that has begun and two widths ahead', () => {
  expect(shown(rangesToAdd(at('2026-11-22T14:03:20'), [], DAY))).toEqual([
    '2026-11-22T00:00 to 2026-11-23T00:00',
    '2026-11-23T00:00 to 2026-11-24T00:00',
    '2026-11-24T00:00 to 2026-11-25T00:00',
  ])
})

test('after a gap the next partition begins in a minute or two, not in what is being written now', () => {
  const last = { from: at('2026-11-10T00:00'), to: at('2026-11-11T00:00') }
  expect(shown(rangesToAdd(at('2026-11-22T14:03:20'), [last], HOUR))).toEqual([
    '2026-11-22T14:05 to 2026-11-22T15:00',
    '2026-11-22T15:00 to 2026-11-22T16:00',
    '2026-11-22T16:00 to 2026-11-22T17:00',
  ])
})

test('another width takes over where the last partition ends', () => {
  const today = { from: at('2026-11-22T00:00'), to: at('2026-11-22T15:00') }
  expect(shown(rangesToAdd(at('2026-11-22T14:03'), [today], DAY))).toEqual([
    '2026-11-22T15:00 to 2026-11-23T00:00',
    '2026-11-23T00:00 to 2026-11-24T00:00',
    '2026-11-24T00:00 to 2026-11-25T00:00',
  ])
})

test('however the clock and the widths go, partitions never overlap, and two widths ahead are covered', () => {
  const step = fc.record({
    pass: fc.integer({ min: 0, max: 10 * DAY }),
    width: fc.constantFrom(HOUR, DAY, 7 * DAY, 30 * DAY),
  })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: at('2100-01-01T00:00') }), fc.array(step), (start, steps) => {
      let now = start
      const made: PartitionRange[] = []
      for (const { pass, width } of steps) {
        now += pass
        made.push(...rangesToAdd(now, made, width))
        expect(made.at(-1)!.to).toBeGreaterThanOrEqual(now + 2 * width)
        for (const [i, { from, to }] of made.entries()) {
          expect(to).toBeGreaterThan(from)
          expect(from).toBeGreaterThanOrEqual(made[i - 1]?.to ?? from)
        }
      }
    }),
  )
})

test('what is kept briefly goes by the hour, what is kept for long by the day, the week, the month', () => {
  const widths = [HOUR, 2 * DAY - 1, 2 * DAY, 30 * DAY, 90 * DAY, 3650 * DAY].map(partitionWidth)
  expect(widths).toEqual([HOUR, HOUR, DAY, DAY, 7 * DAY, 30 * DAY])
})

test('there are few partitions, however long things are kept', () => {
  fc.assert(
    fc.property(fc.integer({ min: HOUR, max: 3650 * DAY }), (keepMs) => {
      expect(keepMs / partitionWidth(keepMs)).toBeLessThan(125)
    }),
  )
})

test('a partition is expired when its last moment is', () => {
  const day = { from: at('2026-11-14T00:00'), to: at('2026-11-15T00:00') }
  expect(isExpired(day, at('2026-11-21T23:59'), 7 * DAY)).toBe(false)
  expect(isExpired(day, at('2026-11-22T00:00'), 7 * DAY)).toBe(true)
})

test('only partitions of the time to come are too wide', () => {
  const now = at('2026-11-22T14:03')
  const tomorrow = { from: at('2026-11-23T00:00'), to: at('2026-11-24T00:00') }
  const today = { from: at('2026-11-22T00:00'), to: at('2026-11-23T00:00') }
  expect(isTooWide(tomorrow, now, HOUR)).toBe(true)
  expect(isTooWide(tomorrow, now, DAY)).toBe(false)
  expect(isTooWide(today, now, HOUR)).toBe(false)
})
