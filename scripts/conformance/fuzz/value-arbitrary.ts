import fc from 'fast-check'
import type { MakeDeps } from '../make-values.ts'
import { resolve, type Schema } from '../operations.ts'
import { hostileJson, plainText } from './hostile-values.ts'

/** A schema that holds itself ends here; no described request is so deep. */
const MAX_DEPTH = 8
const MAX_ITEMS = 3
/** How often an optional property is absent, and how often there; most mean something only together with others. */
const USUAL = { absent: 1, present: 6 }
/** What the contract allows in place of something else only. */
const SELDOM = { absent: 12, present: 1 }
const MAX_INT32 = 2 ** 31 - 1

/** Free-form objects hold what their sender likes. */
const freeObject = fc.dictionary(
  fc.constantFrom('id', 'your-internal-id', 'کلید', 'a.b', 'n'),
  fc.oneof(plainText, fc.integer(), fc.boolean(), fc.constant(null)),
  { maxKeys: 3, noNullPrototype: true },
)

/**
 * Values that a schema describes. They fit it always; what the contract demands beyond the schema, such as lengths, they
 * keep mostly. Built from the schema alone: a property added to the description is fuzzed from then on.
 */
export function arbitraryOf(deps: MakeDeps, given: Schema, property = '', depth = 0): fc.Arbitrary<unknown> {
  const { name, schema } = resolve(given, deps.schemas)
  const plain = plainArbitrary(deps, { name, schema, property, depth })
  return schema.nullable ? fc.option(plain, { nil: null, freq: 8 }) : plain
}

interface Place {
  name: string
  schema: Schema
  property: string
  depth: number
}

function plainArbitrary(deps: MakeDeps, place: Place): fc.Arbitrary<unknown> {
  const { schema, property, depth } = place
  if (schema.const !== undefined) return fc.constant(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((each) => arbitraryOf(deps, each, property, depth + 1)))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.type === 'array') {
    const { minItems = 0, maxItems = Math.max(MAX_ITEMS, minItems) } = schema
    const bounds = { minLength: minItems, maxLength: Math.min(maxItems, Math.max(MAX_ITEMS, minItems)) }
    if (depth >= MAX_DEPTH && minItems === 0) return fc.constant([])
    return fc.array(arbitraryOf(deps, schema.items ?? {}, property, depth + 1), bounds)
  }
  if (schema.properties) return objectArbitrary(deps, place)
  const scalar = scalarArbitrary(deps, place)
  const example = schema.example
  return example === undefined || typeof example !== jsonType(schema)
    ? scalar
    : fc.oneof({ weight: 2, arbitrary: fc.constant(example) }, { weight: 1, arbitrary: scalar })
}

const jsonType = ({ type }: Schema): string => (type === 'integer' ? 'number' : (type ?? 'object'))

type Entry = readonly [key: string, value: unknown]

function objectArbitrary(deps: MakeDeps, { name, schema, depth }: Place): fc.Arbitrary<unknown> {
  const required = new Set(schema.required ?? [])
  const entries = Object.entries(schema.properties ?? {}).filter(
    ([key, { readOnly }]) => !readOnly && (depth < MAX_DEPTH || required.has(key)),
  )
  const members = Object.fromEntries(
    entries.map(([key, member]) => [key, arbitraryOf(deps, member, key, depth + 1)] as const),
  )
  const keys = Object.keys(members)
  if (deps.rulings.chooseOne.has(name) && keys.length > 0) {
    return fc.oneof(...keys.map((key) => members[key]!.map((value) => ({ [key]: value }))))
  }
  const maybe = keys.map((key): fc.Arbitrary<Entry[]> => {
    const present = members[key]!.map((value): Entry[] => [[key, value]])
    if (required.has(key)) return present
    const often = deps.rulings.leaveOut.has(`${name}.${key}`) ? SELDOM : USUAL
    return fc.oneof(
      { withCrossShrink: true },
      { weight: often.absent, arbitrary: fc.constant<Entry[]>([]) },
      { weight: often.present, arbitrary: present },
    )
  })
  return fc.tuple(...maybe).map((entries) => Object.fromEntries(entries.flat()))
}

function scalarArbitrary(deps: MakeDeps, { schema, property }: Place): fc.Arbitrary<unknown> {
  const { type, format, minimum, maximum } = schema
  if (type === undefined) return hostileJson
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'object') return freeObject
  if (type === 'integer') {
    return fc.integer({ min: Math.ceil(minimum ?? 0), max: Math.floor(maximum ?? MAX_INT32) })
  }
  if (type === 'number') {
    return fc.double({ min: minimum ?? -1e6, max: maximum ?? 1e6, noNaN: true })
  }
  if (type !== 'string') throw new Error(`values of type ${type} cannot be made (at ${property})`)
  const existing = deps.resource(property, {})
  const text = textArbitrary(schema, format)
  return existing === undefined
    ? text
    : fc.oneof({ weight: 4, arbitrary: fc.constant(existing) }, { weight: 1, arbitrary: text })
}

function textArbitrary(schema: Schema, format: string | undefined): fc.Arbitrary<string> {
  if (format === 'int64') return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
  if (format === 'uint64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  // What looks ahead or behind cannot be followed; ordinary texts do now and then.
  if (schema.pattern?.includes('(?')) return plainText
  if (schema.pattern !== undefined) {
    const { minLength = 0, maxLength = Math.max(minLength, 20) } = schema
    return fc
      .stringMatching(new RegExp(schema.pattern), { size: 'small' })
      .map((text) => text.slice(0, Math.max(maxLength, 0)))
  }
  const { minLength = 0, maxLength } = schema
  if (minLength === 0 && maxLength === undefined) return plainText
  const longest = Math.min(maxLength ?? minLength + 30, minLength + 30)
  return fc.string({ unit: 'grapheme-ascii', minLength, maxLength: Math.max(minLength, longest) })
}
