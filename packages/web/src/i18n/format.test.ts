import { describe, expect, test } from 'vitest'
import { createFormat } from './format.ts'

const fa = createFormat('fa')
const en = createFormat('en')
const NOON = Date.UTC(2026, 10, 22, 12)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('a Persian reader gets Persian digits and the Persian calendar, an English one Latin and Gregorian', () => {
  test('numbers', () => {
    expect([fa.number(12_500), en.number(12_500)]).toEqual(['۱۲٬۵۰۰', '12,500'])
  })
  test('dates', () => {
    expect([fa.date(NOON), en.date(NOON)]).toEqual(['۱ آذر ۱۴۰۵', '22 November 2026'])
  })
  test('the length of a recording', () => {
    expect([fa.clock(65), en.clock(65.9)]).toEqual(['۱:۰۵', '1:05'])
  })
  test('sizes, in the largest unit of which there is one', () => {
    expect([en.bytes(0), en.bytes(999), en.bytes(1_500), en.bytes(48_200_000)]).toEqual([
      '0B',
      '999B',
      '1.5kB',
      '48.2MB',
    ])
  })
  test('waiting', () => {
    expect([en.duration(43.4), en.duration(1_250)]).toEqual(['43ms', '1.3s'])
  })
})

test('a day is today, yesterday, its weekday within a week, and a date before', () => {
  const days = [0, 1, 2, 6, 7].map((back) => en.day(NOON - back * DAY_MS, NOON))
  expect(days).toEqual(['today', 'yesterday', 'Friday', 'Monday', '15 November 2026'])
  expect([fa.day(NOON, NOON), fa.day(NOON - DAY_MS, NOON)]).toEqual(['امروز', 'دیروز'])
})

test('how long ago is said in the largest unit that has passed', () => {
  const ago = [0, 59_000, HOUR_MS, 3 * DAY_MS].map((ms) => en.ago(NOON - ms, NOON))
  expect(ago).toEqual(['now', '59 seconds ago', '1 hour ago', '3 days ago'])
  expect(en.ago(NOON + 5_000, NOON)).toBe('now')
})

test('moments of one day have one key, whatever the language', () => {
  expect(fa.dayKey(NOON)).toBe(en.dayKey(NOON))
  expect(en.dayKey(NOON)).not.toBe(en.dayKey(NOON + 3 * DAY_MS))
})
