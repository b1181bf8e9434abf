import fc from 'fast-check'
import * as Type from 'typebox'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { parser } from './parse.ts'
import { schemaViolations } from './schema-violations.ts'

const Line = Type.Object({ name: Type.String({ minLength: 1, maxLength: 3 }) })
const Shape = Type.Object({
  kind: Type.Optional(Type.Enum(['SENDER', 'RECEIVER'])),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
  ratio: Type.Optional(Type.Number()),
  on: Type.Optional(Type.Boolean()),
  version: Type.Optional(Type.Literal('v1')),
  token: Type.Optional(Type.String({ pattern: '^[a-z]+$', description: 'a token of small letters' })),
  id: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
  lines: Type.Optional(Type.Array(Line, { minItems: 1, maxItems: 2 })),
  data: Type.Optional(Type.Unsafe<object>({ type: 'object' })),
})
const shape = parser(Shape)

function violationsOf(input: unknown): Record<string, string> {
  const result = shape.parse(input)
  return result.ok ? {} : Object.fromEntries(result.violations.map((v) => [v.field, v.description]))
}

describe('lenient reading', () => {
  test('leaves unknown fields out and does not touch the input', () => {
    const input = { count: 1, extra: true, lines: [{ name: 'a', extra: 1 }] }
    const copy = structuredClone(input)
    expect(shape.parse(input)).toEqual({ ok: true, value: { count: 1, lines: [{ name: 'a' }] } })
    expect(input).toEqual(copy)
  })

  test('takes null as absent at every depth of the schema, but not inside free-form data', () => {
    const input = { kind: null, lines: [null, { name: 'a' }], data: { keep: null, deep: [null] } }
    expect(shape.parse(input)).toEqual({
      ok: true,
      value: { lines: [{ name: 'a' }], data: { keep: null, deep: [null] } },
    })
  })

  test('takes nothing at all as an empty object', () => {
    expect(shape.parse(undefined)).toEqual({ ok: true, value: {} })
    expect(shape.parse(null)).toEqual({ ok: true, value: {} })
  })
})

describe('violations', () => {
  test('name every wrong field at once, with what was wrong and what is expected', () => {
    expect(
      violationsOf({
        kind: 'SENDR',
        count: 10,
        ratio: 'x',
        on: 1,
        version: 'v2',
        token: 'A',
        id: true,
        lines: [],
        data: [],
      }),
    ).toEqual({
      kind: 'is "SENDR", but must be one of SENDER, RECEIVER. Did you mean "SENDER"?',
      count: 'must be at most 9, but is 10',
      ratio: 'must be a number, but is a string',
      on: 'must be true or false, but is a number',
      version: 'is "v2", but must be v1. Did you mean "v1"?',
      token: 'is "A", but must be a token of small letters',
      id: 'must be a string or an integer',
      lines: 'must have at least 1 items, but has 0',
      data: 'must be a JSON object, but is an array',
    })
  })

  test('give the place in what was sent, also where nulls before it were dropped', () => {
    expect(violationsOf({ lines: [null, { name: '' }, null, {}] })).toEqual({
      'lines[1].name': 'must have at least 1 character, but has 0',
      'lines[3].name': 'is required; send a string',
    })
  })

  test('count characters as Unicode code points', () => {
    expect(violationsOf({ lines: [{ name: '😀😀😀' }] })).toEqual({})
    expect(violationsOf({ lines: [{ name: '😀😀😀😀' }] })).toEqual({
      'lines[0].name': 'must have at most 3 characters, but has 4',
    })
    // One family on the screen, five code points.
    expect(violationsOf({ lines: [{ name: '👨‍👩‍👧' }] })).toEqual({
      'lines[0].name': 'must have at most 3 characters, but has 5',
    })
  })

  test('of a body that is no object name the body', () => {
    expect(violationsOf([])).toEqual({ '': 'must be a JSON object, but is an array' })
    expect(violationsOf('x')).toEqual({ '': 'must be a JSON object, but is a string' })
  })

  test('come from the rules too, once per field, and rules see wrong types without harm', () => {
    const ruled = parser(Type.Object({ a: Type.String(), b: Type.Optional(Type.String()) }), (value) => {
      const { a } = value as { a: unknown }
      return [
        { field: 'a', description: `rule saw ${typeof a}` },
        { field: 'b', description: 'needs a' },
      ]
    })
    expect(ruled.parse({ a: 1 })).toEqual({
      ok: false,
      violations: [
        { field: 'a', description: 'must be a string, but is a number' },
        { field: 'b', description: 'needs a' },
      ],
    })
  })

  test('name unknown fields where the schema refuses them, with the nearest one there is', () => {
    const strict = parser(
      Type.Object(
        { state: Type.Optional(Type.String()), to: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    )
    expect(strict.parse({ State: 'dead', app: 1, none: null, __proto__: 1 })).toEqual({
      ok: false,
      violations: [
        { field: 'State', description: 'is not known here; use state, to. Did you mean "state"?' },
        { field: 'app', description: 'is not known here; use state, to.' },
      ],
    })
    expect(strict.parse({ to: 'x', none: null })).toEqual({ ok: true, value: { to: 'x' } })
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`field${i}`, i]))
    expect(strict.parse(many)).toMatchObject({ violations: { length: 100 } })
  })

  test('say which number is no integer', () => {
    expect(violationsOf({ count: 1.5 })).toEqual({ count: 'must be an integer, but is 1.5' })
  })

  test('stay bounded, however much is wrong', () => {
    const many = parser(Type.Array(Type.String()))
    const result = many.parse(Array.from({ length: 50_000 }, () => 1))
    expect(result.ok ? 0 : result.violations.length).toBe(100)
  })
})

test('the explanation and the compiled check always agree, whatever the value', () => {
  const validator = Compile(Shape)
  const wrong = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string(), fc.integer(), fc.double())
  const near = fc.record(
    {
      kind: fc.oneof(fc.constantFrom('SENDER', 'RECEIVER'), wrong),
      count: fc.oneof(fc.integer({ min: 0, max: 10 }), wrong),
      ratio: fc.oneof(fc.double(), wrong),
      on: fc.oneof(fc.boolean(), wrong),
      version: fc.oneof(fc.constant('v1'), wrong),
      token: fc.oneof(fc.stringMatching(/^[a-z]{1,3}$/), wrong),
      id: fc.oneof(fc.string(), fc.integer(), wrong),
      lines: fc.oneof(fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }) })), wrong),
      data: fc.oneof(fc.object(), wrong),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(near, fc.anything()), (value) => {
      expect(schemaViolations(Shape, value).length === 0).toBe(validator.Check(value))
    }),
    { numRuns: 500 },
  )
})

test('parsing never throws, and what it accepts it accepts again unchanged', () => {
  fc.assert(
    fc.property(fc.anything(), (input) => {
      const result = shape.parse(input)
      if (result.ok) expect(shape.parse(result.value)).toEqual(result)
      else expect(result.violations.length).toBeGreaterThan(0)
    }),
  )
})
