import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { FieldViolation } from './errors.ts'
import { type Keywords, MAX_VIOLATIONS, schemaViolations } from './schema-violations.ts'

export { checkJson } from './json-guard.ts'

export type ParseResult<T> = { ok: true; value: T } | { ok: false; violations: FieldViolation[] }

/** Reads untrusted JSON leniently (wire contract §0) and answers either the value or every wrong field. */
export interface Parser<T> {
  /** The input's shape, for the API description. */
  readonly schema: TSchema
  /** Never throws, whatever the input; the input is left as it was. */
  parse(input: unknown): ParseResult<T>
}

/** Records one wrong field; `field` is a path such as `sender_buttons.rows[0].buttons[2].caption`. */
export type Report = (field: string, description: string) => void

/**
 * A parser of `schema` (wire contract §0): unknown fields are left out, but where the schema says
 * `additionalProperties: false` they are wrong; `null` means absent wherever the schema describes what lies there (not
 * inside free-form objects), and the result lists every wrong field, those that `rules` finds included. `rules` gets
 * the value without nulls and what was left out, and must bear wrong types.
 */
export function parser<S extends TSchema>(
  schema: S,
  rules?: (value: unknown) => readonly FieldViolation[],
): Parser<Static<S>> {
  return normalizer<Static<S>>(schema, (value, report) => {
    for (const { field, description } of rules?.(value) ?? []) report(field, description)
    // The schema's own check, run before this, refuses any value that is not a Static<S>.
    return value as Static<S>
  })
}

/**
 * A parser whose result has another shape than its input: `normalize` makes it and reports what is wrong on the
 * way. It also runs on values that break the schema, so that every wrong field is found in one go; what it
 * returns then, or after a report, is thrown away.
 */
export function normalizer<T>(schema: TSchema, normalize: (value: unknown, report: Report) => T): Parser<T> {
  const prune = pruner(schema)
  const validator = Compile(schema)
  const isObject = (schema as Keywords).type === 'object'
  return {
    schema,
    parse(input) {
      const value = prune(isObject && (input === undefined || input === null) ? {} : input)
      const found: FieldViolation[] = validator.Check(value) ? [] : schemaViolations(schema, value)
      const normal = normalize(value, (field, description) => found.push({ field, description }))
      return found.length === 0
        ? { ok: true, value: normal }
        : { ok: false, violations: firstOfEachField(found, input) }
    },
  }
}

/** One violation a field is enough, and the schema's comes first: a rule's word on a wrong type adds nothing. */
function firstOfEachField(found: readonly FieldViolation[], input: unknown): FieldViolation[] {
  const byField = new Map<string, FieldViolation>()
  for (const { field, description } of found.slice(0, MAX_VIOLATIONS)) {
    const place = withInputIndexes(field, input)
    if (!byField.has(place)) byField.set(place, { field: place, description })
  }
  return [...byField.values()]
}

/** Dropped nulls shift array indexes; a path has to name the place in what the caller sent. */
function withInputIndexes(field: string, input: unknown): string {
  let at: unknown = input
  return field.replace(/\[(\d+)\]|[^.[\]]+/g, (part: string, index: string | undefined) => {
    const place = index !== undefined && Array.isArray(at) ? nthPresent(at, Number(index)) : undefined
    at = child(at, String(place ?? part))
    return place === undefined ? part : `[${place}]`
  })
}

function child(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function nthPresent(array: readonly unknown[], n: number): number {
  let left = n
  for (const [i, item] of array.entries()) {
    if (item === null) continue
    if (left === 0) return i
    left--
  }
  return n
}

type Prune = (value: unknown) => unknown

const asItIs: Prune = (value) => value

/** A function made once per schema that copies a value without the fields it does not know and without nulls. */
function pruner(schema: TSchema): Prune {
  const { type, properties, items, additionalProperties } = schema as Keywords
  if (type === 'object' && properties && Object.keys(properties).length > 0) {
    return objectPruner(properties, additionalProperties !== undefined)
  }
  if (type === 'array' && items) {
    const item = pruner(items)
    return (value) => (Array.isArray(value) ? value.filter((member) => member !== null).map(item) : value)
  }
  return asItIs
}

/** `keepUnknown` serves schemas that refuse what they do not know, and those whose rules can say what it meant. */
function objectPruner(properties: Record<string, TSchema>, keepUnknown: boolean): Prune {
  const prunes = new Map(Object.entries(properties).map(([name, schema]) => [name, pruner(schema)]))
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const record = value as Record<string, unknown>
    const kept: Record<string, unknown> = {}
    for (const name of Object.keys(record)) {
      const member = record[name]
      if (member === null || member === undefined) continue
      const prune = prunes.get(name)
      if (prune) kept[name] = prune(member)
      // Assigning to __proto__ would not make a field of that name.
      else if (keepUnknown && name !== '__proto__') kept[name] = member
    }
    return kept
  }
}
