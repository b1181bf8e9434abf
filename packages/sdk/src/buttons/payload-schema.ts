import type { FieldViolation } from '@charsu/protocol/errors'
import { schemaViolations } from '@charsu/protocol/schema-violations'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/**
 * The part of Standard Schema, version 1, that is used here: Valibot, Zod, ArkType and others have it
 * (https://standardschema.dev).
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a Standard Schema says of a value. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** What is wrong, and where. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What may describe a payload: a TypeBox schema, or one of any library that speaks Standard Schema. */
export type PayloadSchema = StandardSchema | (TSchema & object)

/** What is given when a button is drawn. */
export type PayloadInput<S extends PayloadSchema> =
  S extends StandardSchema<infer Input, unknown> ? Input : Static<S>

/** What the handler gets. */
export type PayloadOutput<S extends PayloadSchema> =
  S extends StandardSchema<infer _Input, infer Output> ? Output : Static<S>

export type PayloadResult =
  | { ok: true; value: unknown }
  | { ok: false; violations: readonly FieldViolation[] }

/** Reads a payload by its schema; never throws for what the payload holds. */
export type ReadPayload = (value: unknown) => PayloadResult

/** @throws TypeError when `schema` is none. */
export function payloadReader(schema: PayloadSchema): ReadPayload {
  if (isStandard(schema)) return (value) => readStandard(schema, value)
  if (typeof schema !== 'object' || schema === null) {
    throw new TypeError(
      'the schema of a payload must be a TypeBox schema such as Type.Object({ time: Type.String() }), or one of a library that speaks Standard Schema, such as Valibot or Zod',
    )
  }
  const validator = Compile(schema)
  return (value) => {
    if (validator.Check(value)) return { ok: true, value }
    const violations = schemaViolations(schema, value)
    if (violations.length > 0) return { ok: false, violations }
    // Keywords that the clear words do not know.
    const found = validator.Errors(value).map(({ instancePath, message }) => ({
      field: instancePath.slice(1).replaceAll('/', '.'),
      description: message,
    }))
    return { ok: false, violations: found }
  }
}

const isStandard = (schema: PayloadSchema): schema is StandardSchema =>
  ((typeof schema === 'object' && schema !== null) || typeof schema === 'function') && '~standard' in schema

function readStandard(schema: StandardSchema, value: unknown): PayloadResult {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    // Its outcome is of no use any more, and must not end the process.
    result.catch(() => {})
    throw new TypeError(
      `the schema of ${schema['~standard'].vendor} checks asynchronously, but buttons are drawn at once; take a schema without asynchronous checks`,
    )
  }
  if (result.issues === undefined) return { ok: true, value: result.value }
  return {
    ok: false,
    violations: result.issues.map(({ message, path = [] }) => ({
      field: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      description: message,
    })),
  }
}
