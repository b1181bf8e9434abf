import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { proposeTimes, timeInWords } from './visit-times.ts'

test('times are in the days to come, at hours of Tehran, in Persian', () => {
  const times = proposeTimes(Date.parse('2026-11-22T03:00:00Z'))
  expect(times).toEqual(['2026-11-23T13:30:00.000Z', '2026-11-24T07:30:00.000Z', '2026-11-25T14:30:00.000Z'])
  expect(timeInWords(times[0] ?? '')).toBe('دوشنبه ۲ آذر، ساعت ۱۷')
})

test('whatever the hour, no time is past and all differ', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (now) => {
      const times = proposeTimes(now).map((time) => Date.parse(time))
      expect(times.every((time) => time > now)).toBe(true)
      expect(new Set(times).size).toBe(3)
    }),
  )
})
