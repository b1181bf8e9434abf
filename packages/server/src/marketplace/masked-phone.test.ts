import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bodyWithMaskedPhones, maskedPhone, withMaskedPhones, withMaskedPhonesIn } from './masked-phone.ts'

const persian = (text: string) =>
  text.replace(/[0-9]/g, (digit) => String.fromCharCode(0x6f0 + Number(digit)))
const arabic = (text: string) => text.replace(/[0-9]/g, (digit) => String.fromCharCode(0x660 + Number(digit)))
const escaped = (text: string) =>
  text.replace(/[۰-۹]/g, (digit) => `\\u${digit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const latin = (text: string) =>
  text
    .replace(/\\u06f([0-9])/g, '$1')
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))

/** The ten digits behind the 0 of a mobile number. */
const mobile = fc
  .tuple(fc.constantFrom('90', '91', '92', '93', '94', '99'), fc.integer({ min: 0, max: 99_999_999 }))
  .map(([prefix, rest]) => `${prefix}${String(rest).padStart(8, '0')}`)
const spelt = fc
  .tuple(
    mobile,
    fc.constantFrom('0', '+98', '0098', '98', '+98 ', '+98-', '%2B98', ''),
    fc.constantFrom('', ' ', '-', '.', '\u200c'),
    fc.constantFrom(
      (text: string) => text,
      persian,
      arabic,
      (text: string) => escaped(persian(text)),
    ),
  )
  .map(([number, country, gap, digits]) =>
    digits(`${country}${number.slice(0, 3)}${gap}${number.slice(3, 6)}${gap}${number.slice(6)}`),
  )

describe('phone numbers are masked', () => {
  test.each([
    ['09121234567', '0912*****67'],
    ['+989121234567', '+9891******67'],
    ['۰۹۱۲۱۲۳۴۵۶۷', '۰۹۱۲*****۶۷'],
    ['0912 123 45 67', '0912 *** ** 67'],
    ['(021) 8888-7777', '(021) 8***-**77'],
    ['+4915112345678', '+4915*******78'],
    ['call 09121234567, or 09351234567!', 'call 0912*****67, or 0935*****67!'],
    ['شماره‌ام۰۹۱۲۱۲۳۴۵۶۷است', 'شماره‌ام۰۹۱۲*****۶۷است'],
    ['tel:+982188887777', 'tel:+9821******77'],
    ['https://app/x?phone=%2B989121234567&y=1', 'https://app/x?phone=%2B9891******67&y=1'],
  ])('%s', (text, masked) => {
    expect(withMaskedPhones(text)).toBe(masked)
  })

  test('in every spelling, wherever in a text: five digits at least are hidden', () => {
    fc.assert(
      fc.property(
        spelt,
        fc.constantFrom('', 'به ', 'is ', '"', ':'),
        fc.constantFrom('', ' لطفا', '.', '"'),
        (phone, before, after) => {
          const masked = withMaskedPhones(`${before}${phone}${after}`)
          expect(masked.match(/\*/g)?.length ?? 0).toBeGreaterThanOrEqual(4)
          expect(latin(masked).replace(/[^0-9*]/g, '')).not.toMatch(/[0-9]{7}/)
          expect([masked.startsWith(before), masked.endsWith(after)]).toEqual([true, true])
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('masking again changes nothing, and no text makes it fail or take long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), spelt, fc.constantFrom('0', '98', '+', '-', ' '))),
        (parts) => {
          const masked = withMaskedPhones(parts.join(''))
          expect(withMaskedPhones(masked)).toBe(masked)
        },
      ),
      { numRuns: 2_000 },
    )
    for (const piece of ['0 - ', '98 ', '9-', '+98(', '۰ ', '\\u06f0 ', '+']) {
      expect(withMaskedPhones(piece.repeat(50_000))).toBeTypeOf('string')
    }
  })

  test.each([
    ['a UUID', '01912123-4567-7091-8121-234567891234'],
    ['a UUID that holds one', '00000000-0912-3456-7891-091212345678'],
    ['microseconds', '1790000000123456'],
    ['milliseconds', '1790000000123'],
    ['a time', '2026-11-22T09:12:34.567Z'],
    ['a price', '1,250,000,000'],
    ['an id of a post', 'AZ8gk91J'],
    ['a short number', '110'],
    ['a masked one', '0912*****67'],
  ])('%s stays', (_, text) => {
    expect(withMaskedPhones(text)).toBe(text)
  })
})

describe('in JSON', () => {
  test('what stands under phone is one, whatever it looks like; numbers elsewhere stay', () => {
    const value = {
      contact_data: { name: 'Sima 09121234567', phone: '88887777' },
      phone_numbers: ['123456', 9121234567],
      sent_at: 1790000000123456,
      text: 'call ۰۹۱۲۱۲۳۴۵۶۷',
      '09121234567': null,
    }
    expect(withMaskedPhonesIn(value)).toEqual({
      contact_data: { name: 'Sima 0912*****67', phone: '********' },
      phone_numbers: ['******', '9121****67'],
      sent_at: 1790000000123456,
      text: 'call ۰۹۱۲*****۶۷',
      '0912*****67': null,
    })
  })

  test('a body without any number stays byte for byte, whatever it is', () => {
    const bodies = ['', '{ "a" : 1.0 }', 'not json', '{"sent_at":1790000000123456789}', '"\\u0041"']
    for (const body of bodies) expect(bodyWithMaskedPhones(body)).toBe(body)
    fc.assert(
      fc.property(
        fc.json(),
        (body) =>
          withMaskedPhones(body) !== body ||
          bodyWithMaskedPhones(body) === body ||
          /phone|mobile|tel|cell/i.test(body),
      ),
    )
  })

  test('a body that an app escaped is read as what it says', () => {
    expect(bodyWithMaskedPhones(`{"echo": "${escaped('۰۹۱۲۱۲۳۴۵۶۷')}"}`)).toBe('{"echo":"۰۹۱۲*****۶۷"}')
    expect(bodyWithMaskedPhones(`oops: "${escaped('۰۹۱۲۱۲۳۴۵۶۷')}`)).not.toContain('\\u06f5')
  })
})

test('a number that is too short to show any of it is hidden whole', () => {
  expect([maskedPhone('12345'), maskedPhone('8888-7777'), maskedPhone('')]).toEqual([
    '*****',
    '****-****',
    '',
  ])
})
