import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalPhone } from './phone.ts'

test.each([
  ['09121234567', '09121234567'],
  ['+98 912 123-4567', '+989121234567'],
  ['(0912) 123.45.67', '09121234567'],
  ['۰۹۱۲۱۲۳۴۵۶۷', '09121234567'],
  ['٠٩١٢١٢٣٤٥٦٧', '09121234567'],
  ['12345', '12345'],
  ['+123456789012345', '+123456789012345'],
])('%j is kept as %s', (given, kept) => {
  expect(normalPhone(given)).toBe(kept)
})

test.each(['', '1234', '1234567890123456', '+', '0912+123', '++98912', 'phone', '0x1234567', '९८७६५४३'])(
  '%j is no phone number',
  (given) => {
    expect(normalPhone(given)).toBeNull()
  },
)

test('what is kept is kept again as it is, whatever the input', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'+۰۱۹٠٩0189 -()') })), (text) => {
      const kept = normalPhone(text)
      if (kept !== null) expect(normalPhone(kept)).toBe(kept)
    }),
  )
})
