import type { TSchema } from 'typebox'
import type { FieldViolation } from './errors.ts'
import { didYouMean } from './nearest.ts'
import { codePoints, isLongerThan, quoted } from './text-length.ts'

/** A caller who has more than this many wrong fields has sent something else altogether. */
export const MAX_VIOLATIONS = 100

/** The JSON Schema keywords that the wire shapes use. */
export interface Keywords {
  type?: string
  description?: string
  properties?: Record<string, TSchema>
  required?: readonly string[]
  additionalProperties?: unknown
  items?: TSchema
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly TSchema[]
  minLength?: number
  maxLength?: number
  pattern?: string
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

/**
 * Lists every field of `value` that breaks `schema`, each with what was wrong and what to send instead
 * (wire contract §0). Run only after a compiled check has failed: it is written for clear words, not speed.
 */
export function schemaViolations(schema: TSchema, value: unknown): FieldViolation[] {
  const violations: FieldViolation[] = []
  explain(schema, value, '', violations)
  return violations
}

function explain(schema: TSchema, value: unknown, field: string, out: FieldViolation[]): void {
  if (out.length >= MAX_VIOLATIONS) return
  const keywords = schema as Keywords
  if (keywords.type === 'object' && isJsonObject(value)) explainMembers(keywords, value, field, out)
  else if (keywords.type === 'array' && Array.isArray(value)) explainItems(keywords, value, field, out)
  else {
    const fault = faultOf(keywords, value)
    if (fault !== undefined) out.push({ field, description: fault })
  }
}

function explainMembers(
  keywords: Keywords,
  record: Record<string, unknown>,
  field: string,
  out: FieldViolation[],
): void {
  const known = Object.keys(keywords.properties ?? {})
  const pathTo = (name: string): string => (field === '' ? name : `${field}.${name}`)
  for (const [name, schema] of Object.entries(keywords.properties ?? {})) {
    const path = pathTo(name)
    if (record[name] !== undefined) explain(schema, record[name], path, out)
    else if (keywords.required?.includes(name)) {
      out.push({ field: path, description: `is required; send ${expectation(schema as Keywords)}` })
    }
  }
  if (keywords.additionalProperties !== false) return
  for (const name of Object.keys(record)) {
    if (known.includes(name) || out.length >= MAX_VIOLATIONS) continue
    const description = `is not known here; use ${known.join(', ')}.${didYouMean(name, known)}`
    out.push({ field: pathTo(name), description })
  }
}

function explainItems(keywords: Keywords, array: unknown[], field: string, out: FieldViolation[]): void {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = keywords
  const count = array.length
  if (count < minItems) {
    out.push({ field, description: `must have at least ${minItems} items, but has ${count}` })
  }
  if (count > maxItems) {
    out.push({ field, description: `must have at most ${maxItems} items, but has ${count}` })
  }
  if (!keywords.items) return
  for (const [i, item] of array.entries()) explain(keywords.items, item, `${field}[${i}]`, out)
}

/** What is wrong with a value that holds no further fields to explain, or undefined. */
function faultOf(keywords: Keywords, value: unknown): string | undefined {
  if (keywords.anyOf) return anyOfFault(keywords.anyOf, value)
  if (keywords.enum) return enumFault(keywords.enum, value)
  if ('const' in keywords) return enumFault([keywords.const], value)
  switch (keywords.type) {
    case undefined:
      return undefined
    case 'string':
      return typeof value === 'string' ? textFault(keywords, value) : wrongType(keywords, value)
    case 'integer':
      return Number.isInteger(value) ? numberFault(keywords, value as number) : wrongType(keywords, value)
    case 'number':
      return Number.isFinite(value) ? numberFault(keywords, value as number) : wrongType(keywords, value)
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrongType(keywords, value)
    default:
      return wrongType(keywords, value)
  }
}

function textFault(keywords: Keywords, value: string): string | undefined {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = keywords
  const tooShort = value.length < minLength * 2 && codePoints(value) < minLength
  if (tooShort) return `must have at least ${characters(minLength)}, but has ${codePoints(value)}`
  if (isLongerThan(value, maxLength)) {
    return `must have at most ${characters(maxLength)}, but has ${codePoints(value)}`
  }
  if (pattern === undefined || new RegExp(pattern, 'u').test(value)) return undefined
  return `is ${quoted(value)}, but must be ${expectation(keywords)}`
}

function numberFault(keywords: Keywords, value: number): string | undefined {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = keywords
  if (value < minimum) return `must be at least ${minimum}, but is ${value}`
  return value > maximum ? `must be at most ${maximum}, but is ${value}` : undefined
}

function enumFault(allowed: readonly unknown[], value: unknown): string | undefined {
  if (allowed.includes(value)) return undefined
  const names = allowed.map(String)
  const hint = typeof value === 'string' ? didYouMean(value, names) : ''
  const given = typeof value === 'string' ? quoted(value) : kindOf(value)
  return `is ${given}, but must be ${oneOf(names)}.${hint}`
}

function anyOfFault(branches: readonly TSchema[], value: unknown): string | undefined {
  if (branches.some((branch) => schemaViolations(branch, value).length === 0)) return undefined
  return `must be ${branches.map((branch) => expectation(branch as Keywords)).join(' or ')}`
}

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function oneOf(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `one of ${names.join(', ')}`
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`
}

const ARTICLES: Record<string, string> = {
  object: 'a JSON object',
  array: 'an array',
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
}

/** What the schema wants, to follow "must be" or "send": its description where it has one. */
function expectation(keywords: Keywords): string {
  if (keywords.description) return keywords.description
  if (keywords.enum) return oneOf(keywords.enum.map(String))
  if (keywords.pattern) return `text that matches ${keywords.pattern}`
  return ARTICLES[keywords.type ?? ''] ?? 'a value'
}

function wrongType(keywords: Keywords, value: unknown): string {
  if (keywords.type === 'integer' && Number.isFinite(value)) return `must be an integer, but is ${value}`
  return `must be ${ARTICLES[keywords.type ?? ''] ?? 'another type'}, but is ${kindOf(value)}`
}

/** The JSON kind of a value, with its article. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'missing'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'boolean') return `${value}`
  return ARTICLES[typeof value] ?? 'of another kind'
}
