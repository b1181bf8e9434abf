import fc from 'fast-check'
import type { TSchema } from 'typebox'

/** JSON text, because some of what JSON can say no JavaScript value can. */
export type JsonText = string

const LONG = 'x'.repeat(20_000)

const NASTY_TEXTS = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udc00x',
    '\u202e',
    '\ufeff',
    '\u2028',
    LONG,
    '😀'.repeat(3_000),
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN'],
  ...["'; drop table users; --", '{{7*7}}', '%00', '%s%s%n', '../../etc/passwd', '<script>'],
  ...['javascript:alert(1)', 'https://', 'http://[', 'http://127.0.0.1:99999', 'https://a.example/\n', '//x'],
  ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999-23:59', '294277-01-01', 'infinity', '-infinity'],
  ...['00000000-0000-0000-0000-000000000000', '{post_token}', 'CONVERSATION_SEND_MESSAGE.', 'USER_ID', '-1'],
]

const NASTY_JSON: readonly JsonText[] = [
  ...['null', 'true', '[]', '{}', '0', '-0', '-1', '1.5', '2147483648', '9007199254740993'],
  ...['1e308', '1e400', '-1e999', `${'9'.repeat(400)}`, '1e-400', '9223372036854775808'],
  ...['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}'],
  ...[
    '{"a":1,"a":2}',
    `{"${'k'.repeat(10_000)}":1}`,
    '{"":1}',
    '{"\\u0000":1}',
    '{"\\ud800":1}',
    '"\\udfff"',
  ],
  `${'['.repeat(40)}${']'.repeat(40)}`,
  `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
  `${'['.repeat(60_000)}${']'.repeat(60_000)}`,
  `[${'0,'.repeat(2_000)}0]`,
]

export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
)

const nastyJson: fc.Arbitrary<JsonText> = fc.oneof(
  fc.constantFrom(...NASTY_JSON),
  nastyText.map((text) => JSON.stringify(text)),
  fc.json({ maxDepth: 4, stringUnit: 'binary' }),
)

const object = (members: readonly (readonly [string, JsonText])[]): JsonText =>
  `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`

interface Keywords {
  type?: string
  enum?: readonly unknown[]
  const?: unknown
  properties?: Record<string, TSchema>
  items?: TSchema
  anyOf?: readonly TSchema[]
}

/**
 * Bodies that know an operation's own names, so that they get past the first checks: each member as it should be,
 * something nasty, or missing.
 */
export function bodyLike(
  schema: TSchema | undefined,
  known: readonly string[],
  depth = 0,
): fc.Arbitrary<JsonText> {
  if (!schema || depth > 6) return nastyJson
  return fc.oneof(
    { weight: 1, arbitrary: nastyJson },
    { weight: 5, arbitrary: shaped(schema as Keywords, known, depth) },
  )
}

function shaped(schema: Keywords, known: readonly string[], depth: number): fc.Arbitrary<JsonText> {
  const { type, properties, items, anyOf } = schema
  const below = (each: TSchema) => bodyLike(each, known, depth + 1)
  if (schema.const !== undefined) return fc.constant(JSON.stringify(schema.const))
  if (schema.enum) return fc.constantFrom(...schema.enum.map((each) => JSON.stringify(each)))
  if (anyOf) return fc.oneof(...anyOf.map(below))
  if (type === 'object' && properties) {
    const members = Object.entries(properties).map(([name, each]) =>
      fc.option(
        below(each).map((value) => [name, value] as const),
        { nil: undefined },
      ),
    )
    return fc.tuple(...members).map((all) => object(all.filter((member) => member !== undefined)))
  }
  if (type === 'array' && items) {
    return fc.array(below(items), { maxLength: 4 }).map((all) => `[${all.join(',')}]`)
  }
  if (type === 'string') return fc.constantFrom(...known.map((text) => JSON.stringify(text)))
  if (type === 'integer' || type === 'number') return fc.integer({ min: 0, max: 3 }).map(String)
  if (type === 'boolean') return fc.constantFrom('true', 'false')
  return nastyJson
}

/** Bytes that are no JSON, or JSON with a byte or two changed. */
export const brokenBytes = (body: fc.Arbitrary<JsonText>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(body, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }))
      .map(([text, changes]) => {
        const bytes = Buffer.from(text.slice(0, 2_000))
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
        return bytes
      }),
    fc.tuple(body, fc.nat()).map(([text, cut]) => {
      const bytes = Buffer.from(text.slice(0, 2_000))
      return bytes.subarray(0, cut % (bytes.length + 1))
    }),
  )

export const CONTENT_TYPES = [
  ...['application/json', 'application/json; charset=utf-8', 'application/vnd.api+json', 'APPLICATION/JSON'],
  ...[
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/xml',
    '*/*',
  ],
  ...[
    '',
    ';',
    'json',
    'application/json;charset=utf-16',
    'application/json, text/plain',
    `a/${'b'.repeat(500)}`,
  ],
]

/** One part of a path: encoded as it should be, or just sent, without what ends the request line. */
export const pathPart: fc.Arbitrary<string> = fc.oneof(
  nastyText.filter((text) => text.isWellFormed() && text.length < 2_000).map(encodeURIComponent),
  fc.constantFrom(
    '%',
    '%zz',
    '%00',
    '%ff',
    '%c0%af',
    '%ed%a0%80',
    '..',
    '.',
    '%2e%2e',
    '%2f',
    '%252f',
    ';a=b',
    '*',
    'x'.repeat(2_100),
  ),
  fc.string({
    unit: fc.constantFrom(...'ab%2fF0{}[]|^`"<>\\:@!$&\'()*+,;=~-_.'),
    minLength: 1,
    maxLength: 40,
  }),
)

/** A query string without its question mark; often with a name that the operation knows. */
export const queryLike = (names: readonly string[]): fc.Arbitrary<string> => {
  const name = fc.oneof(
    fc.constantFrom(...names, '__proto__', 'constructor', 'a[]', 'a[b][c]', '', '{}', '%zz'),
    pathPart,
  )
  const value = fc.oneof(
    fc.constantFrom(
      '{}',
      '[]',
      '{"a":1}',
      '%7B%22a%22%3A1e999%7D',
      '%00',
      '%ff',
      '%',
      '1',
      '-1',
      '99999999999999999999',
    ),
    pathPart,
  )
  return fc
    .array(fc.tuple(name, value), { maxLength: 5 })
    .map((all) => all.map(([n, v]) => `${n}=${v}`).join('&'))
}

/** Any bytes that a header's value can hold. */
export const headerValue: fc.Arbitrary<string> = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((c) => c !== 0x7f)
      .map((c) => String.fromCharCode(c)),
    maxLength: 300,
  }),
  fc.constantFrom(
    '',
    ' ',
    ',',
    ';',
    '=',
    '"',
    'x'.repeat(8_000),
    'Bearer',
    'Bearer ',
    'Bearer  a b',
    'Basic',
    'Basic !!',
    'Basic OjpA',
    'null',
    '%00',
    'a, b',
  ),
)
