import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalPhone } from './phone.ts'
import { samePhones } from './same-phone.ts'

const same = (text: string): string[] => samePhones(normalPhone(text) ?? '').sort()

test('an Iranian number is the same in every form in which it is written', () => {
  const forms = ['+989121234567', '989121234567', '00989121234567', '09121234567', '9121234567']
  for (const form of forms) expect(same(form)).toEqual(forms.toSorted())
  for (const form of ['۰۹۱۲ ۱۲۳ ۴۵۶۷', '+98 (0)912-123-4567', '+98 912 123 4567']) {
    expect(same(form)).toEqual(expect.arrayContaining(forms))
  }
  expect(same('021 88 77 66 55')).toContain('+982188776655')
})

test('a number of another country is the same with and without its prefix, and never an Iranian one', () => {
  const forms = ['+14155550123', '14155550123', '0014155550123'].sort()
  for (const form of forms) expect(same(form)).toEqual(forms)
  // Ten digits behind a plus are a country's, however Iranian they look without it.
  expect(same('+9121234567')).not.toContain('09121234567')
})

test('whatever form is looked for, all forms lead to the same forms', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{4,11}$/)
  fc.assert(
    fc.property(digits, fc.constantFrom('', '+', '00', '0', '98', '+98', '0098'), (number, prefix) => {
      const phone = normalPhone(prefix + number)
      fc.pre(phone !== null)
      const forms = samePhones(phone!)
      expect(forms).toContain(phone)
      expect(new Set(forms).size).toBe(forms.length)
      const international = forms.find((form) => form.startsWith('+') && form !== phone) ?? phone!
      for (const form of samePhones(international)) expect(forms).toContain(form)
    }),
  )
})
