import { expect, test } from 'vitest'
import { instantOf } from './local-time.ts'

test('a day and time at the reader’s place is one moment everywhere', () => {
  expect(instantOf('2026-11-22T10:30')).toBe(new Date(2026, 10, 22, 10, 30).toISOString())
})

test('nothing, and what is no time, filters nothing', () => {
  expect(['', 'soon', '2026-13-40T99:00'].map(instantOf)).toEqual(['', '', ''])
})
