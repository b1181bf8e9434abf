import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkJson, MAX_JSON_DEPTH } from './json-guard.ts'

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = wrap(value)
  return value
}

describe('hostile JSON is refused by name', () => {
  test.each([
    ['a NUL in a text', { a: { b: ['x', 'a\u0000b'] } }, 'a.b[1]', /NUL/],
    ['a NUL in a key', { a: { 'k\u0000': 1 } }, 'a', /key with a NUL/],
    ['half a surrogate pair in a text', { a: '\ud83d' }, 'a', /surrogate/],
    ['half a surrogate pair in a key', { '\udc00': 1 }, '', /key with half/],
    ['a number that is too large', JSON.parse('{"a":[1e999]}'), 'a[0]', /out of range/],
    ['a bare text', '\u0000', '', /NUL/],
    ['a bare number', Number.POSITIVE_INFINITY, '', /out of range/],
  ])('%s', (_, input, field, description) => {
    expect(checkJson(input)).toEqual([{ field, description: expect.stringMatching(description) }])
  })

  test('nesting is allowed to the limit and refused beyond it', () => {
    expect(checkJson(nested(MAX_JSON_DEPTH, (inner) => ({ inner })))).toEqual([])
    expect(checkJson(nested(MAX_JSON_DEPTH + 1, (inner) => ({ inner })))).toHaveLength(1)
  })

  test('a depth of 100,000 overflows nothing', () => {
    expect(checkJson(nested(100_000, (inner) => [inner]))).toHaveLength(1)
    expect(checkJson(JSON.parse('['.repeat(5000) + ']'.repeat(5000)))).toHaveLength(1)
  })

  test('every wrong field is named, to a bound', () => {
    expect(checkJson({ a: '\u0000', b: '\u0000' }).map((v) => v.field)).toEqual(['a', 'b'])
    expect(checkJson(Array.from({ length: 1000 }, () => '\u0000'))).toHaveLength(20)
  })
})

test('honest JSON passes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }), (value) => {
      expect(checkJson(value)).toEqual([])
    }),
  )
})
