import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.UTC(2026, 10, 22, 8)

test('seconds are milliseconds from now', () => {
  expect(retryAfterMs('23', now)).toBe(23_000)
  expect(retryAfterMs(' 0 ', now)).toBe(0)
})

test('a date of HTTP is how long it is until then, and none at all once it is over', () => {
  expect(retryAfterMs(new Date(now + 90_000).toUTCString(), now)).toBe(90_000)
  expect(retryAfterMs(new Date(now - 90_000).toUTCString(), now)).toBe(0)
})

test('no more than a year is asked for, whatever stands there', () => {
  const year = 365 * 24 * 60 * 60 * 1000
  expect(retryAfterMs('9'.repeat(400), now)).toBe(year)
  expect(retryAfterMs('Fri, 31 Dec 9999 23:59:59 GMT', now)).toBe(year)
})

test('what is no such thing asks for nothing', () => {
  for (const text of [null, '', ' ', 'soon', '-5', '1.5', '2026-11-22', '1e3', 'Sun, nonsense']) {
    expect(retryAfterMs(text, now)).toBeUndefined()
  }
})

test('whatever stands there, a wait is a number that is not negative, or none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const wait = retryAfterMs(text, now)
      expect(wait === undefined || (wait >= 0 && Number.isFinite(wait))).toBe(true)
    }),
  )
})
