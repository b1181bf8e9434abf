/** A schema as OpenAPI 3.0 writes it, what the published descriptions use, and below what our own adds to that. */
export interface Schema {
  $ref?: string
  type?: string
  format?: string
  enum?: readonly string[]
  example?: unknown
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  nullable?: boolean
  readOnly?: boolean
  const?: unknown
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  minLength?: number
  maxLength?: number
  pattern?: string
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

export type Schemas = Readonly<Record<string, Schema>>

export interface Parameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  schema: Schema
  example: unknown
}

export interface Operation {
  id: string
  method: string
  /** With `{name}` for parameters. */
  path: string
  parameters: readonly Parameter[]
  /** Schema of the JSON body, or null where none is described. */
  body: Schema | null
  /** Schemas of the JSON answers by status; `default` for all others. */
  answers: Readonly<Record<string, Schema>>
  needsKey: boolean
  /** Any one of these; with `.post_token` and the like in place of a resource. Empty: no user token is asked for. */
  scopes: readonly string[]
  /** Names in capitals that its text mentions, the permission of its key among them. */
  mentions: readonly string[]
}

/** A published description, read: its operations, and the schemas that their `$ref`s name. */
export interface Description {
  operations: readonly Operation[]
  schemas: Schemas
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'] as const
const JSON_TYPE = 'application/json'
const REF = /^#\/components\/(\w+)\/(.+)$/

interface Content {
  content?: Record<string, { schema?: Schema }>
}

interface OpenApiOperation {
  operationId?: string
  description?: string
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema; example?: unknown }[]
  requestBody?: Content | { $ref: string }
  responses?: Record<string, Content>
  security?: Record<string, string[]>[]
}

interface OpenApi {
  paths: Record<string, Partial<Record<(typeof METHODS)[number], OpenApiOperation>>>
  components?: { schemas?: Schemas; requestBodies?: Record<string, Content> }
  security?: Record<string, string[]>[]
}

/** Reads an OpenAPI 3.0 document. @throws Error on what it cannot follow, so that nothing is passed over. */
export function readDescription(text: string): Description {
  const document = JSON.parse(text) as OpenApi
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const found = item[method]
      return found ? [readOperation(document, { path, method, found })] : []
    }),
  )
  return { operations, schemas: document.components?.schemas ?? {} }
}

function readOperation(
  document: OpenApi,
  { path, method, found }: { path: string; method: string; found: OpenApiOperation },
): Operation {
  const id = found.operationId
  if (!id) throw new Error(`${method} ${path} has no operationId`)
  const [security = {}] = found.security ?? document.security ?? []
  return {
    id,
    method: method.toUpperCase(),
    path,
    parameters: (found.parameters ?? []).map((parameter) => {
      const place = parameter.in
      if (place !== 'path' && place !== 'query')
        throw new Error(`${id}: a parameter in ${place} is unknown here`)
      const { name, required = false, schema = {}, example } = parameter
      return { name, in: place, required, schema, example }
    }),
    body: found.requestBody ? jsonSchema(bodyOf(document, found.requestBody)) : null,
    answers: Object.fromEntries(
      Object.entries(found.responses ?? {}).map(([status, answer]) => [status, jsonSchema(answer)]),
    ),
    needsKey: 'APIKey' in security,
    scopes: security.OAuth ?? [],
    mentions: [...(found.description ?? '').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name = '']) => name),
  }
}

function bodyOf(document: OpenApi, body: Content | { $ref: string }): Content {
  if (!('$ref' in body)) return body
  const [, kind, name = ''] = REF.exec(body.$ref) ?? []
  const found = kind === 'requestBodies' ? document.components?.requestBodies?.[name] : undefined
  if (!found) throw new Error(`the description has nothing at ${body.$ref}`)
  return found
}

function jsonSchema({ content = {} }: Content): Schema {
  const schema = content[JSON_TYPE]?.schema
  if (!schema) throw new Error(`only ${JSON_TYPE} is known here, not ${Object.keys(content).join(', ')}`)
  return schema
}

/** The schema itself with its name, if it is a reference. @throws Error when the reference leads nowhere. */
export function resolve(schema: Schema, schemas: Schemas): { name: string; schema: Schema } {
  if (schema.$ref === undefined) return { name: '', schema }
  const [, kind, name = ''] = REF.exec(schema.$ref) ?? []
  const found = kind === 'schemas' ? schemas[name] : undefined
  if (!found) throw new Error(`the description has nothing at ${schema.$ref}`)
  return { name, schema: found }
}
