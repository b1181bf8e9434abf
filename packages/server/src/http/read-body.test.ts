import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guarded, readForm, readJson } from './read-body.ts'

const refusal = (read: () => unknown): unknown => {
  try {
    return { read: read() }
  } catch (error) {
    return error
  }
}

test('what is JSON is read as JSON.parse reads it, and no body is {}', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value)
      const read = refusal(() => readJson(Buffer.from(text)))
      // A string with NUL in it cannot be kept.
      if (text.includes('\\u0000')) expect(read).toMatchObject({ codeName: 'INVALID_ARGUMENT' })
      else expect(read).toEqual({ read: JSON.parse(text) })
    }),
  )
  for (const blank of ['', '  \r\n\t']) expect(readJson(Buffer.from(blank))).toEqual({})
})

test.each([
  ['malformed UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'BODY_NOT_UTF8'],
  ['half a JSON text', Buffer.from('{"a":'), 'BODY_NOT_JSON'],
  ['NUL in a value', Buffer.from('{"a":"\\u0000"}'), 'INVALID_FIELDS'],
  ['NUL in a key', Buffer.from('{"\\u0000":1}'), 'INVALID_FIELDS'],
  ['a lone surrogate', Buffer.from('{"a":"\\ud800"}'), 'INVALID_FIELDS'],
  ['a number out of range', Buffer.from('{"a":1e400}'), 'INVALID_FIELDS'],
  ['hostile depth', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), 'INVALID_FIELDS'],
])('%s is refused with 400 and named', (_name, bytes, reason) => {
  expect(refusal(() => readJson(bytes))).toMatchObject({ codeName: 'INVALID_ARGUMENT', http: 400, reason })
})

test('no bytes at all make anything but a value or a 400', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, form) => {
      const read = refusal(() => (form ? readForm : readJson)(Buffer.from(bytes)))
      expect(read).toSatisfy((it: object) => 'read' in it || ('http' in it && it.http === 400))
    }),
  )
})

test('a form is an object of strings; a repeated field keeps its last value', () => {
  expect(readForm(Buffer.from('a=1&b=%D8%B3&a=2&__proto__=x'))).toEqual(
    Object.fromEntries([
      ['a', '2'],
      ['b', 'س'],
      ['__proto__', 'x'],
    ]),
  )
})

test('queries and path parameters pass the same guard', () => {
  expect(guarded({ id: 'x' })).toEqual({ id: 'x' })
  expect(() => guarded({ id: 'a\0' })).toThrow(expect.objectContaining({ codeName: 'INVALID_ARGUMENT' }))
})
