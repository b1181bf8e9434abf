import { expect, test } from 'vitest'
import { limitTyped, typedOf } from './limit-typed.ts'

test('a limit is typed in any digits; nothing stands for the usual one, and 0 for none', () => {
  expect(['12', ' ۱۲ ', '٣', '1,200', '۱٬۲۰۰', '0'].map(limitTyped)).toEqual([12, 12, 3, 1200, 1200, 0])
  expect(limitTyped('')).toBe(null)
})

test('what is no whole number from 0 to a billion is none', () => {
  expect(['-1', '1.5', 'many', '12345678901', '1000000001'].map(limitTyped)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  )
})

test('a limit stands in its field as it would be typed', () => {
  expect(typedOf({ is_default: true, limit: 600 })).toBe('')
  expect(typedOf({ is_default: false, limit: null })).toBe('0')
  expect(typedOf({ is_default: false, limit: 12 })).toBe('12')
})
