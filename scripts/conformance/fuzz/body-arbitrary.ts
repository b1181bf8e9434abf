import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import type { MakeDeps } from '../make-values.ts'
import type { Schema } from '../operations.ts'
import { hostileJson, hostileText } from './hostile-values.ts'
import { spoil, spoilings } from './spoil-value.ts'
import { arbitraryOf } from './value-arbitrary.ts'

/** A body as it goes over the wire, and what it is called; no type sends no Content-Type. */
export interface FuzzBody {
  bytes: Buffer
  type: string | null
}

/** The server's limit is 256 KiB; a little more shows what is beyond. */
const MOST_BYTES = 300 * 1024
const JSON_TYPE = 'application/json'

const contentType: fc.Arbitrary<string | null> = fc.oneof(
  { withCrossShrink: true },
  { weight: 30, arbitrary: fc.constant(JSON_TYPE) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-8',
      'APPLICATION/JSON',
      'application/json;',
      'application/vnd.api+json',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      null,
      '',
      'text/plain',
      'text/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      'application/octet-stream',
      'a/b; ; ;',
      'nonsense',
    ),
  },
)

/** What happens to the text of a JSON body on its way. */
type Damage = (text: string) => Buffer

const at = (text: string, share: number): number => Math.floor(text.length * share)

const damage: fc.Arbitrary<Damage> = fc.oneof(
  { withCrossShrink: true },
  fc
    .double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
    .map<Damage>((share) => (text) => Buffer.from(text.slice(0, at(text, share)))),
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), hostileText).map<Damage>(
    ([share, inserted]) =>
      (text) =>
        Buffer.from(text.slice(0, at(text, share)) + inserted + text.slice(at(text, share))),
  ),
  fc.double({ min: 0, max: 1, noNaN: true }).map<Damage>((share) => (text) => {
    const [head, tail] = [text.slice(0, at(text, share)), text.slice(at(text, share))]
    return Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from(tail)])
  }),
  fc.constantFrom<Damage>(
    (text) => Buffer.from(`\ufeff${text}`),
    (text) => Buffer.from(`${text}${text}`),
    (text) => Buffer.from(`${text},`),
    (text) => Buffer.from(`// note\n${text}`),
    (text) => Buffer.from(text, 'utf16le'),
    (text) => Buffer.from(text.replaceAll('"', "'")),
    twice,
    () => Buffer.from('['.repeat(100_000)),
    () => Buffer.from('{"a":'.repeat(20_000)),
    () => Buffer.from('\u0000'),
    () => Buffer.from(' \n\t'),
    () => Buffer.alloc(0),
  ),
)

/** Every key of the object a second time, with another value, before and after the first. */
function twice(text: string): Buffer {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return Buffer.from(text)
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`,
  )
  const others = Object.keys(value).map((key) => `${JSON.stringify(key)}:null`)
  return Buffer.from(`{${[...others, ...members, ...others].join(',')}}`)
}

/** JSON text of a value; what JSON has no word for becomes null, as JSON.stringify does inside objects. */
const textOf = (value: unknown): string => JSON.stringify(value) ?? 'null'

/** Bodies for a schema: as described, described but for one or two places, anything at all, and broken on the way. */
export function bodyArbitrary(deps: MakeDeps, schema: Schema): fc.Arbitrary<FuzzBody> {
  const valid = arbitraryOf(deps, schema)
  const spoilt = fc.tuple(valid, spoilings).map(([value, each]) => spoil(value, each))
  const bytes = fc.oneof(
    { withCrossShrink: true },
    { weight: 6, arbitrary: valid.map((value) => Buffer.from(textOf(value))) },
    { weight: 8, arbitrary: spoilt.map((value) => Buffer.from(textOf(value))) },
    { weight: 1, arbitrary: hostileJson.map((value) => Buffer.from(textOf(value))) },
    { weight: 3, arbitrary: fc.tuple(valid, damage).map(([value, harm]) => harm(textOf(value))) },
  )
  return fc
    .record({ bytes, type: contentType })
    .map(({ bytes: whole, type }) => ({ bytes: whole.subarray(0, MOST_BYTES), type }))
}

/** Bodies where none is described: nothing, mostly. */
export const strayBody: fc.Arbitrary<FuzzBody | null> = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant({ bytes: Buffer.alloc(0), type: JSON_TYPE }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(hostileJson, contentType)
      .map(([value, type]) => ({ bytes: Buffer.from(textOf(value)).subarray(0, MOST_BYTES), type })),
  },
  { weight: 1, arbitrary: fc.constant({ bytes: Buffer.from('{"'), type: JSON_TYPE }) },
)
