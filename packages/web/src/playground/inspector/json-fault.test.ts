import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatted, readJsonObject } from './json-fault.ts'
import { jsonStop } from './json-stop.ts'

test('an object is read, whatever is in it', () => {
  expect(readJsonObject('{"a": [1, null, {"b": "…"}]}')).toEqual({ value: { a: [1, null, { b: '…' }] } })
})

test.each([
  ['nothing', '  \n', { kind: 'empty', line: 1, column: 1 }],
  ['a list', '[1]', { kind: 'no_object', line: 1, column: 1 }],
  ['null', 'null', { kind: 'no_object', line: 1, column: 1 }],
  ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', { kind: 'syntax', line: 3, column: 3 }],
  ['a word', '{\n  "a": yes\n}', { kind: 'syntax', line: 2, column: 8 }],
  ['an end that is missing', '{\n  "a": 1', { kind: 'syntax', line: 2, column: 9 }],
])('%s is no object, and where', (_name, text, fault) => {
  expect(readJsonObject(text)).toEqual({ fault })
})

test('formatting puts members on lines of their own, and leaves alone what is no JSON', () => {
  expect(formatted('{"a":{"b":1}}')).toBe('{\n  "a": {\n    "b": 1\n  }\n}')
  expect(formatted('{"a":')).toBe('{"a":')
})

test('the place is the end for all that is JSON, and for none that is not', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', 'x', '\\'),
      (value, at, more) => {
        const text = JSON.stringify(value, null, 1)
        const changed = text.slice(0, at % (text.length + 1)) + more + text.slice(at % (text.length + 1))
        const isJson = (() => {
          try {
            JSON.parse(changed)
            return true
          } catch {
            return false
          }
        })()
        const stop = jsonStop(changed)
        expect(stop).toBeLessThanOrEqual(changed.length)
        if (isJson) expect(stop).toBe(changed.length)
      },
    ),
  )
})
