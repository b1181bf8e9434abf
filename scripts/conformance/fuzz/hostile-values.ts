import fc from 'fast-check'

/** Lengths at the limits of wire contract §0, §1, §2 and §6, and one beyond each. */
const LENGTHS = [0, 50, 51, 100, 101, 255, 256, 1000, 1001, 2048, 2049, 4096, 4097, 65_536, 262_144, 300_000]
/** One, two, three and four bytes in UTF-8, and a mark that joins what is before it. */
const LETTERS = ['a', 'é', 'ب', '😀', '\u0301']
/** So that a huge text stays rare beside short ones, and a shrunk one is small. */
const HUGE_UNITS = 70_000

const KNOWN_TROUBLE = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'half \udc00 pair',
  '\ufeff',
  '\u200b\u200c\u200d',
  '\u202e\u202dback to front',
  '\u2028\u2029',
  'سلام\u200cدوست',
  '👩‍👩‍👧‍👦',
  '\r\nx-injected: 1',
  '\u001b[31m',
  "'; drop table messages; --",
  '$1',
  '%',
  '%00',
  '%s%n',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  // A template that must reach nobody who fills it in.
  ['$', '{1+1}{{1+1}}'].join(''),
  'null',
  'NaN',
  'true',
  '{}',
  '[]',
  '-1',
  '1e999',
  '9223372036854775808',
  '18446744073709551616',
  '2026-02-30T25:61:61Z',
  '__proto__',
  'constructor',
  'toString',
  'javascript:alert(1)',
  'http://',
  'http://[::1',
  'https://user:pass@app.example:99999/#',
  'https://app.example/\u0000',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
] as const

/** Text of any UTF-16 code units, halves of pairs and NUL among them. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 24 })
  .map((units) => String.fromCharCode(...units))

const repeated = fc
  .tuple(fc.constantFrom(...LETTERS), fc.constantFrom(...LENGTHS))
  .map(([letter, length]) => letter.repeat(Math.min(length, letter === 'a' ? length : HUGE_UNITS)))

/** Texts that break careless programs. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KNOWN_TROUBLE) },
  { weight: 3, arbitrary: anyUnits },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: repeated },
)

/** Texts as people write them. */
export const plainText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('hello', 'سلام، هنوز موجود است؟', 'two\nlines', '۱۲۳', '🙂', 'a') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }) },
)

const hostileNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e21, 5e-324, Number.MAX_VALUE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

const KEYS = ['__proto__', 'constructor', 'hasOwnProperty', '', 'data', 'type', '\u0000', '\ud800', '@type']

const nested = fc
  .tuple(fc.constantFrom(5, 31, 32, 33, 40), fc.boolean())
  .map(([depth, isArray]) => wrapped('deep', depth, isArray))

function wrapped(value: unknown, depth: number, isArray: boolean): unknown {
  let inside = value
  for (let i = 0; i < depth; i++) inside = isArray ? [inside] : { a: inside }
  return inside
}

/** JSON values of every kind, where another kind may be asked for. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 3, arbitrary: hostileNumber },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], [{}]) },
  { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom(...KEYS), hostileText, { maxKeys: 4, noNullPrototype: true }),
  },
  { weight: 1, arbitrary: nested },
)
