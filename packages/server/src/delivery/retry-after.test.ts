import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_RETRY_AFTER_MS, retryAfterMs } from './retry-after.ts'

const now = Date.parse('2026-11-22T10:00:00Z')
const http = (ms: number) => new Date(ms).toUTCString()

test('seconds are taken as they are', () => {
  expect(retryAfterMs({ 'retry-after': ' 90 ' }, now)).toBe(90_000)
  expect(retryAfterMs({ 'retry-after': '0' }, now)).toBe(0)
})

test("a date is measured against the answer's own clock", () => {
  const theirs = now - 3_600_000
  expect(retryAfterMs({ 'retry-after': http(theirs + 60_000), date: http(theirs) }, now)).toBe(60_000)
})

test('a date without a readable Date beside it is measured against ours', () => {
  expect(retryAfterMs({ 'retry-after': http(now + 60_000) }, now)).toBe(60_000)
  expect(retryAfterMs({ 'retry-after': http(now + 60_000), date: 'now' }, now)).toBe(60_000)
})

test.each(['', 'soon', '-5', '1.5', 'NaN'])('"%s" is as good as none', (text) => {
  const asked = retryAfterMs({ 'retry-after': text }, now)
  expect(asked === undefined || asked === 0).toBe(true)
})

test('without the header nothing is asked', () => {
  expect(retryAfterMs({}, now)).toBeUndefined()
})

test('whatever is asked, it is between nothing and 24 hours', () => {
  const time = fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(8e12) })
    .map((date) => date.toUTCString())
  const value = fc.oneof(fc.string(), fc.nat().map(String), fc.bigInt({ min: 0n }).map(String), time)
  fc.assert(
    fc.property(value, fc.option(time, { nil: undefined }), (retryAfter, date) => {
      const asked = retryAfterMs({ 'retry-after': retryAfter, ...(date && { date }) }, now)
      if (asked === undefined) return
      expect(asked).toBeGreaterThanOrEqual(0)
      expect(asked).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS)
    }),
  )
})
