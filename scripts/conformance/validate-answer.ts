import { Ajv, type ValidateFunction } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import { type Operation, resolve, type Schema, type Schemas } from './operations.ts'
import type { ExactAnswers } from './rulings.ts'

export interface Answer {
  status: number
  contentType: string
  text: string
}

export interface Expected {
  /** HTTP statuses that are right here. */
  statuses: readonly number[]
  /** google.rpc codes that are right here; empty for a success. */
  codes: readonly number[]
  /** The error's message has to name one of these; any message will do where there are none. */
  naming?: readonly string[]
}

const INTEGER_TEXT = { int64: '^-?[0-9]{1,19}$', uint64: '^[0-9]{1,20}$' } as const

/** Checks answers against the published schemas; compiles each schema once. */
export class AnswerValidator {
  readonly #schemas: Schemas
  readonly #ajv: Ajv
  readonly #root: Readonly<Record<string, JsonSchema>>
  readonly #compiled = new Map<Schema, ValidateFunction>()

  constructor(schemas: Schemas) {
    this.#schemas = schemas
    this.#root = mapSchemas(schemas)
    // Strict, so that a keyword or format nobody has thought of stops the run instead of passing unchecked.
    this.#ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
    this.#ajv.addVocabulary(['components', 'example'])
    for (const name of ['date-time', 'int32', 'int64', 'double', 'float'] as const) {
      this.#ajv.addFormat(name, fullFormats[name]!)
    }
  }

  /** Everything that is wrong with an answer; empty when it is as expected and as described. */
  faults(operation: Operation, answer: Answer, expected: Expected): string[] {
    const found: string[] = []
    if (!expected.statuses.includes(answer.status)) {
      found.push(`the status is ${answer.status}, but ${expected.statuses.join(' or ')} was expected`)
    }
    const schema = operation.answers[answer.status] ?? operation.answers.default
    if (!schema) return [...found, `the description has no answer for status ${answer.status}`]
    if (!/^application\/json(;|$)/.test(answer.contentType)) {
      found.push(`the Content-Type is ${answer.contentType || 'missing'}, but application/json is described`)
    }
    const value = parseJson(answer.text)
    if (value === undefined) return [...found, 'the answer is no JSON']
    found.push(...this.breaches(schema, value))
    if (this.#saysNothing(schema, value)) found.push('the answer has none of the described fields')
    const code = (value as { code?: unknown } | null)?.code
    if (expected.codes.length > 0 && !expected.codes.some((each) => each === code)) {
      found.push(`the error's code is ${code}, but ${expected.codes.join(' or ')} was expected`)
    }
    const { naming = [] } = expected
    const message = String((value as { message?: unknown } | null)?.message)
    if (naming.length > 0 && !naming.some((name) => message.includes(name))) {
      found.push(`the error names none of ${naming.join(', ')}`)
    }
    return found
  }

  /** How a value breaks a schema. */
  breaches(schema: Schema, value: unknown): string[] {
    const validate = this.#compile(schema)
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || 'the body'} ${message}`,
    )
  }

  /** Fields beyond the description, as `a.b[].c`; the contract allows them in answers. */
  additions(given: Schema, value: unknown, path = ''): string[] {
    const { schema } = resolve(given, this.#schemas)
    if (Array.isArray(value)) {
      return [...new Set(value.flatMap((item) => this.additions(schema.items ?? {}, item, `${path}[]`)))]
    }
    const { properties } = schema
    if (!properties || schema.additionalProperties || typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, member]) => {
      const at = path ? `${path}.${key}` : key
      const known = properties[key]
      return known ? this.additions(known, member, at) : [at]
    })
  }

  /** Fields beyond the description where an operation's clients refuse them, as faults. */
  tooMuch({ id, answers }: Operation, value: unknown, exact: ExactAnswers): string[] {
    const part = exact.get(id)
    if (part === undefined) return []
    return this.additions(answers['200'] ?? {}, value)
      .filter((field) => field.startsWith(part))
      .map((field) => `${field} is not described, and clients of this operation refuse unknown fields`)
  }

  /** Every described field is optional, so `{}` fits any schema; a real answer says something. */
  #saysNothing(given: Schema, value: unknown): boolean {
    const { schema } = resolve(given, this.#schemas)
    if (!schema.properties || typeof value !== 'object' || value === null) return false
    return !Object.keys(schema.properties).some((key) => key in value)
  }

  #compile(schema: Schema): ValidateFunction {
    const known = this.#compiled.get(schema)
    if (known) return known
    const validate = this.#ajv.compile({ ...toJsonSchema(schema), components: { schemas: this.#root } })
    this.#compiled.set(schema, validate)
    return validate
  }
}

/** The JSON value of a text, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type JsonSchema = Readonly<Record<string, unknown>>

const mapSchemas = (schemas: Schemas): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, toJsonSchema(schema)]))

/** OpenAPI 3.0 in JSON Schema's words: `nullable`, and whole numbers of 64 bits that travel as text. */
function toJsonSchema({ nullable, ...schema }: Schema): JsonSchema {
  const { properties, items, additionalProperties } = schema
  const plain = {
    ...integerText(schema),
    ...(properties && { properties: mapSchemas(properties) }),
    ...(items && { items: toJsonSchema(items) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: toJsonSchema(additionalProperties),
    }),
  }
  return nullable ? { anyOf: [plain, { type: 'null' }] } : plain
}

function integerText({ format, ...schema }: Schema): JsonSchema {
  if (schema.type === 'string' && (format === 'int64' || format === 'uint64')) {
    return { ...schema, pattern: INTEGER_TEXT[format] }
  }
  return format === undefined ? schema : { ...schema, format }
}
