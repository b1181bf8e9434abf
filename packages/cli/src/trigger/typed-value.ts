import { didYouMean } from '@charsu/protocol/nearest'
import { kindOf, schemaViolations } from '@charsu/protocol/schema-violations'
import type { TSchema } from 'typebox'
import { wrongUse } from '../command-error.ts'
import type { Allowed } from './known-fields.ts'

interface Keywords {
  type?: string
  enum?: readonly unknown[]
  const?: unknown
}

/**
 * What was written behind `=` as the value that the field takes: text as it is, everything else as JSON. Inside data of
 * the app's own it is JSON where it reads as JSON, else text.
 * @throws CommandError that says what the field takes.
 */
export function typedValue(path: string, text: string, allowed: Allowed): unknown {
  const json = parseJson(text)
  if (allowed === 'free') return json === undefined ? text : json
  const candidates = allowed.flatMap((schema) =>
    takesText(schema) ? [text] : json === undefined ? [] : [json],
  )
  for (const [i, schema] of allowed.entries()) {
    const value = takesText(schema) ? text : json
    if (value !== undefined && schemaViolations(schema, value).length === 0) return value
    if (i === allowed.length - 1) throw wrong(path, text, schema, candidates[0])
  }
  return text
}

const takesText = (schema: TSchema): boolean => {
  const { type, enum: names, const: constant } = schema as Keywords
  return type === 'string' || typeof constant === 'string' || typeof names?.[0] === 'string'
}

function wrong(path: string, text: string, schema: TSchema, value: unknown) {
  const { const: constant, enum: names } = schema as Keywords
  if (constant !== undefined) {
    return wrongUse(
      `${path} is always ${JSON.stringify(constant)} here, so it cannot be ${JSON.stringify(text)}`,
      'Trigger another event instead: "charsu trigger --list" shows all of them.',
    )
  }
  if (names) {
    const all = names.map(String)
    return wrongUse(
      `${path} cannot be ${JSON.stringify(text)}`,
      `Write one of ${all.join(', ')}.${didYouMean(text, all)}`,
    )
  }
  const { type = 'value' } = schema as Keywords
  const [violation] = value === undefined ? [] : schemaViolations(schema, value)
  const where = violation?.field ? `${path}.${violation.field} ` : ''
  const found = value === undefined ? 'text' : kindOf(value)
  return wrongUse(
    `${path} cannot be ${JSON.stringify(text)}: ${violation ? where + violation.description : `it must be ${article(type)}, not ${found}`}`,
    HINTS[type] ?? `Write --set '${path}=<${type}>'.`,
  )
}

const article = (type: string): string => (/^[aio]/.test(type) ? `an ${type}` : `a ${type}`)

const HINTS: Readonly<Record<string, string>> = {
  integer: 'Write a whole number, without quotes.',
  number: 'Write a number with a point, without quotes.',
  boolean: 'Write true or false.',
  object: 'Write JSON in quotes, such as \'metadata={"plan":"gold"}\', or set its fields one by one.',
  array: 'Write JSON in quotes, such as \'tags=["a","b"]\', or set its items one by one.',
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
