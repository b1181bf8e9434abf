import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTime } from './rfc3339.ts'

test('every time in ISO form with a four-digit year reads as itself', () => {
  const min = new Date('0001-01-02T00:00:00Z')
  const max = new Date('9999-12-30T00:00:00Z')
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      expect(parseTime(date.toISOString())).toEqual(date)
    }),
  )
})

test.each([
  ['2026-03-21T12:00:00+03:30', '2026-03-21T08:30:00.000Z'],
  ['2026-03-21t08:30:00z', '2026-03-21T08:30:00.000Z'],
  ['2024-02-29T00:00:00.123456789-12:00', '2024-02-29T12:00:00.123Z'],
])('%s is %s', (text, iso) => {
  expect(parseTime(text)?.toISOString()).toBe(iso)
})

test.each([
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-01T25:00:00Z',
  '2026-01-01T00:00:60Z',
  '2026-01-01T00:00:00',
  '2026-01-01 00:00:00Z',
  '2026-01-01',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+01:00',
  '12026-01-01T00:00:00Z',
  '2026-01-01T00:00:00+99:00',
  '1774081800',
  '',
])('%j is no time', (text) => {
  expect(parseTime(text)).toBeNull()
})
