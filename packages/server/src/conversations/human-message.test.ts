import { normalizer } from '@charsu/protocol/parse'
import fc from 'fast-check'
import * as Type from 'typebox'
import { describe, expect, test } from 'vitest'
import { HUMAN_MESSAGE_FIELDS, readHumanMessage } from './human-message.ts'

const parser = normalizer(Type.Object(HUMAN_MESSAGE_FIELDS), (value, report) =>
  readHumanMessage(value as Record<string, unknown>, report),
)

function refused(body: unknown): Record<string, string> {
  const result = parser.parse(body)
  if (result.ok) throw new Error(`accepted as ${JSON.stringify(result.value)}`)
  return Object.fromEntries(result.violations.map(({ field, description }) => [field, description]))
}

describe('§10: what a person sends', () => {
  test.each([
    [{ text: 'سلام' }, { text: 'سلام' }],
    [{ text: 'x', media_token: null, location: null, contact: null }, { text: 'x' }],
    [{ text: '', media_token: 'm' }, { mediaToken: 'm' }],
    [
      { location: { latitude: -90, longitude: 180, accuracy: 5 } },
      { location: { latitude: -90, longitude: 180 } },
    ],
    [{ contact: { phone: '۰۹۱۲ ۱۲۳ ۴۵۶۷' } }, { contact: { phone: '۰۹۱۲ ۱۲۳ ۴۵۶۷' } }],
    [
      { contact: { name: 'مینا', phone: '+98 (912) 123-4567' } },
      { contact: { name: 'مینا', phone: '+98 (912) 123-4567' } },
    ],
    [{ contact: { name: '  ', phone: '110' } }, { contact: { phone: '110' } }],
  ])('%j', (body, message) => {
    expect(parser.parse(body)).toEqual({ ok: true, value: message })
  })

  test.each([
    [{}, 'text', /is required, or another kind of message/],
    [{ text: ' ' }, 'text', /not white space/],
    [{ text: 'x'.repeat(4097) }, 'text', /at most 4096 characters, but has 4097/],
    [{ text: 'x', media_token: 'm' }, 'media_token', /stands beside text/],
    [
      { location: { latitude: 1, longitude: 1 }, contact: { phone: '110' } },
      'contact',
      /stands beside location/,
    ],
    [{ location: { latitude: 90.1, longitude: 0 } }, 'location.latitude', /90/],
    [{ location: { latitude: 0, longitude: -180.5 } }, 'location.longitude', /180/],
    [{ location: { latitude: 0 } }, 'location.longitude', /required/],
    [{ location: { latitude: '35', longitude: 51 } }, 'location.latitude', /number/],
    [{ contact: { name: 'مینا' } }, 'contact.phone', /required/],
    [{ contact: { phone: 'call me' } }, 'contact.phone', /phone number of 3 to 20 digits/],
    [{ contact: { phone: '9'.repeat(21) } }, 'contact.phone', /3 to 20 digits/],
    [{ contact: { phone: '110', name: 'n'.repeat(101) } }, 'contact.name', /100/],
    [{ media_token: 'm'.repeat(256) }, 'media_token', /255/],
  ])('%j is refused', (body, field, description) => {
    expect(refused(body)).toEqual({ [field]: expect.stringMatching(description) })
  })

  test('whatever comes, it is read or refused by name', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        const result = parser.parse(body)
        if (!result.ok) expect(result.violations.length).toBeGreaterThan(0)
      }),
    )
  })
})
