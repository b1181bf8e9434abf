import { resolve, type Schema, type Schemas } from './operations.ts'
import type { Rulings } from './rulings.ts'

export interface MakeDeps {
  schemas: Schemas
  rulings: Rulings
  /** The name of something that exists, for a property or parameter of this name; undefined for all others. */
  resource(name: string, chosen: Readonly<Record<string, unknown>>): string | undefined
}

/** Of longer enumerations so many values are tried, spread over the whole list. */
const MAX_ENUM_VALUES = 24
const MAX_DEPTH = 12
const WORDS = 'some words'

/** Keywords that would need more than this generator does; it stops rather than send something else. */
const UNKNOWN_KEYWORDS = ['allOf', 'anyOf', 'oneOf', 'not', 'pattern', 'minLength', 'minimum', 'minItems']

/**
 * Values that a schema describes, enough of them that each property, each choice and each short enumeration's value
 * appears in one: the description's own examples first, otherwise the simplest value of the type.
 */
export function makeValues(deps: MakeDeps, given: Schema, property = '', depth = 0): unknown[] {
  const { name, schema } = resolve(given, deps.schemas)
  const unknown = UNKNOWN_KEYWORDS.find((keyword) => keyword in schema)
  if (unknown) throw new Error(`a value for ${unknown} cannot be made yet (at ${name || property})`)
  if (schema.enum) return spread(schema.enum, MAX_ENUM_VALUES)
  if (schema.example !== undefined) return [inItsType(schema)]
  if (schema.type === 'array') {
    return makeValues(deps, schema.items ?? {}, property, depth + 1).map((item) => [item])
  }
  if (schema.properties) return makeObjects(deps, { name, schema }, depth)
  return [makePlain(deps, schema, property)]
}

/** The value with the required properties alone. */
export function makeLeast(deps: MakeDeps, given: Schema): unknown {
  const { name, schema } = resolve(given, deps.schemas)
  if (!schema.properties) return makeValues(deps, given)[0]
  const required = new Set(schema.required ?? [])
  const properties = Object.fromEntries(
    Object.entries(schema.properties).filter(([key]) => required.has(key)),
  )
  return makeObjects(deps, { name, schema: { ...schema, properties } }, 0)[0]
}

function makeObjects(
  deps: MakeDeps,
  { name, schema }: { name: string; schema: Schema },
  depth: number,
): unknown[] {
  // Deeper than any described request: a schema that holds itself ends here.
  const isDeep = depth > MAX_DEPTH
  const entries = Object.entries(schema.properties ?? {}).filter(
    ([key, { readOnly }]) =>
      !readOnly &&
      !deps.rulings.leaveOut.has(`${name}.${key}`) &&
      (!isDeep || schema.required?.includes(key)),
  )
  const members = entries.map(([key, member]) => [key, makeValues(deps, member, key, depth + 1)] as const)
  if (deps.rulings.chooseOne.has(name)) {
    return members.flatMap(([key, values]) => values.map((value) => ({ [key]: value })))
  }
  const count = Math.max(1, ...members.map(([, values]) => values.length))
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(members.map(([key, values]) => [key, values[i % values.length]])),
  )
}

/** Published examples of 64-bit numbers are bare numbers, though their schema has them as text. */
const inItsType = ({ type, example }: Schema): unknown =>
  type === 'string' && typeof example === 'number' ? String(example) : example

const PLAIN: Readonly<Record<string, (schema: Schema) => unknown>> = {
  boolean: () => true,
  integer: () => 1,
  number: () => 1.5,
  object: () => ({}),
  string: ({ format }) => {
    if (format === 'date-time') return '2026-03-21T08:30:00Z'
    return format === 'int64' || format === 'uint64' ? '1' : WORDS
  },
}

function makePlain(deps: MakeDeps, schema: Schema, property: string): unknown {
  const { type = 'object' } = schema
  const make = PLAIN[type]
  if (!make) throw new Error(`a value of type ${type} cannot be made (at ${property})`)
  return (type === 'string' ? deps.resource(property, {}) : undefined) ?? make(schema)
}

function spread<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values]
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]!)
}
