import { breakValue } from './break-values.ts'
import { type MakeDeps, makeLeast, makeValues } from './make-values.ts'
import { type Operation, type Parameter, resolve, type Schema } from './operations.ts'

/** A request without credentials. */
export interface Shape {
  method: string
  /** Path and query. */
  path: string
  body: string | null
}

export interface BadShape extends Shape {
  fault: string
}

type Values = Readonly<Record<string, string>>

/** Requests that the description allows: the least one, then enough that everything described is sent once. */
export function goodShapes(deps: MakeDeps, operation: Operation): Shape[] {
  const paths = pathsOf(deps, operation)
  const bodies = operation.body ? bodiesOf(deps, operation.body) : [null]
  const count = Math.max(paths.length, bodies.length)
  return Array.from({ length: count }, (_, i) => ({
    method: operation.method,
    path: paths[i % paths.length]!,
    body: bodies[i % bodies.length]!,
  }))
}

/** Where nothing is described as required, the least body is empty and says nothing; then it is left out. */
function bodiesOf(deps: MakeDeps, schema: Schema): string[] {
  const least = resolve(schema, deps.schemas).schema.required ? [makeLeast(deps, schema)] : []
  return [...least, ...makeValues(deps, schema)].map((body) => JSON.stringify(body))
}

/** Requests that break the description in body or query, each in one place. */
export function badShapes(deps: MakeDeps, operation: Operation): BadShape[] {
  const { method } = operation
  const [path = ''] = pathsOf(deps, operation)
  const queries = new Map(badQueries(deps, operation).map(({ fault, value }) => [fault, value]))
  const inQuery = [...queries].map(([fault, query]) => ({
    fault,
    method,
    path: fillPath(operation, deps) + queryText(query),
    body: null,
  }))
  const { body } = operation
  if (!body) return inQuery
  const broken = makeValues(deps, body).flatMap((value) => breakValue(deps, body, value))
  const bodies = new Map(broken.map(({ fault, value }) => [fault, JSON.stringify(value)]))
  bodies.set('the body is no JSON', '{"')
  return [...inQuery, ...[...bodies].map(([fault, text]) => ({ fault, method, path, body: text }))]
}

/** The same with names of things that do not exist; null when the path names none. */
export function unknownShape(deps: MakeDeps, operation: Operation, unknown: string): Shape | null {
  if (!operation.parameters.some((parameter) => parameter.in === 'path')) return null
  const [shape] = goodShapes({ ...deps, resource: () => unknown }, operation)
  return shape ?? null
}

const pathsOf = (deps: MakeDeps, operation: Operation): string[] =>
  queriesOf(deps, operation).map((query) => fillPath(operation, deps) + queryText(query))

function fillPath(operation: Operation, deps: MakeDeps): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = operation.parameters.find((each) => each.in === 'path' && each.name === name)
    if (!parameter) throw new Error(`${operation.id} does not describe {${name}}`)
    return encodeURIComponent(oneValue(deps, parameter, {}))
  })
}

/** One parameter of each ruled choice is set in turn; values of enumerations take turns with them. */
function queriesOf(deps: MakeDeps, operation: Operation): Values[] {
  const parameters = operation.parameters.filter((each) => each.in === 'query')
  const isChoice = ({ name }: Parameter): boolean =>
    deps.rulings.chooseOneParameter.some((start) => name.startsWith(start))
  const choices = parameters.filter(isChoice)
  const others = parameters.filter((each) => !isChoice(each))
  const enums = others.map((each) => resolve(each.schema, deps.schemas).schema.enum?.length ?? 1)
  const count = Math.max(1, choices.length, ...enums)
  return Array.from({ length: count }, (_, i) => {
    const query: Record<string, string> = {}
    for (const parameter of others) query[parameter.name] = oneValue(deps, parameter, query, i)
    for (const [n, parameter] of choices.entries()) {
      if (n === i % choices.length) query[parameter.name] = oneValue(deps, parameter, query, i)
      else if (parameter.required) query[parameter.name] = ''
    }
    return query
  })
}

function oneValue(deps: MakeDeps, parameter: Parameter, chosen: Values, turn = 0): string {
  const existing = deps.resource(parameter.name, chosen)
  if (existing !== undefined) return existing
  if (parameter.example !== undefined) return String(parameter.example)
  const values = makeValues(deps, parameter.schema, parameter.name)
  return textOf(values[turn % values.length])
}

/** Objects go into a query as JSON text. */
const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)

function badQueries(deps: MakeDeps, operation: Operation): { fault: string; value: Values }[] {
  return queriesOf(deps, operation).flatMap((query) =>
    operation.parameters.flatMap((parameter) => {
      if (parameter.in !== 'query' || !query[parameter.name]) return []
      const { schema } = resolve(parameter.schema, deps.schemas)
      const how = schema.enum ? 'is outside its enumeration' : schema.type === 'object' ? 'is no JSON' : null
      if (!how) return []
      return [{ fault: `${parameter.name} ${how}`, value: { ...query, [parameter.name]: 'NO_SUCH_VALUE' } }]
    }),
  )
}

function queryText(query: Values): string {
  const text = new URLSearchParams(query).toString()
  return text && `?${text}`
}
