import { Ajv, type ValidateFunction } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { Operation, Parameter, Schema } from './operations.ts'

/** An operation of our own description, with who may call it. */
export interface OwnOperation extends Operation {
  tag: string
  /** Names of the security schemes that it asks for together; none for everybody. */
  security: readonly string[]
}

interface OwnContent {
  content?: Record<string, { schema?: Schema }>
}
interface OwnOpenApi {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string
        tags?: string[]
        security?: Record<string, string[]>[]
        parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[]
        requestBody?: OwnContent
        responses?: Record<string, OwnContent>
      }
    >
  >
  components?: { schemas?: Record<string, Schema> }
}

export interface OwnDescription {
  operations: OwnOperation[]
  schemas: Readonly<Record<string, Schema>>
}

const JSON_TYPE = 'application/json'

/** Reads what a running Charsu says of itself at /docs/json, OpenAPI 3.1. */
export function readOwnDescription(text: string): OwnDescription {
  const document = JSON.parse(text) as OwnOpenApi
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, found]): OwnOperation => {
      const { operationId, tags = [], security = [], parameters = [], requestBody, responses = {} } = found
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        tag: tags[0] ?? '',
        parameters: parameters
          .filter(
            (each): each is typeof each & Pick<Parameter, 'in'> => each.in === 'path' || each.in === 'query',
          )
          .map(({ name, in: place, required = false, schema = {} }) => ({
            name,
            in: place,
            required,
            schema,
            example: undefined,
          })),
        body: requestBody?.content?.[JSON_TYPE]?.schema ?? null,
        answers: Object.fromEntries(
          Object.entries(responses).flatMap(([status, { content }]) => {
            const schema = content?.[JSON_TYPE]?.schema
            return schema ? [[status, schema]] : []
          }),
        ),
        needsKey: security.some((each) => 'ApiKey' in each),
        scopes: [],
        mentions: [],
        security: Object.keys(security.at(-1) ?? {}),
      }
    }),
  )
  return { operations, schemas: document.components?.schemas ?? {} }
}

/** Holds answers against the schemas of our own description. */
export class OwnValidator {
  readonly #ajv: Ajv
  readonly #components: OwnDescription['schemas']
  readonly #compiled = new Map<Schema, ValidateFunction>()

  constructor(schemas: OwnDescription['schemas']) {
    this.#components = schemas
    this.#ajv = new Ajv({ allErrors: true, strict: false })
    for (const [name, format] of Object.entries(fullFormats)) this.#ajv.addFormat(name, format)
  }

  breaches(schema: Schema, value: unknown): string[] {
    const known = this.#compiled.get(schema)
    const validate = known ?? this.#ajv.compile({ ...schema, components: { schemas: this.#components } })
    this.#compiled.set(schema, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || 'the body'} ${message}`,
    )
  }

  /** Nobody but us reads these answers through generated models, so a field more is no fault. */
  tooMuch(): string[] {
    return []
  }
}
