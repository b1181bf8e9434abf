import type { TSchema } from 'typebox'
import type { Step } from './field-path.ts'

/** The keywords of JSON Schema that lead from a body to its fields. */
interface Keywords {
  type?: string
  properties?: Record<string, TSchema>
  items?: TSchema
  anyOf?: readonly TSchema[]
}

/** What may stand at a path: the schemas of it, or `free` inside data that belongs to the app. */
export type Allowed = readonly TSchema[] | 'free'

/** The branches of a union, or the schema itself. */
export const branches = (schema: TSchema): readonly TSchema[] =>
  (schema as Keywords).anyOf?.flatMap(branches) ?? [schema]

/** What a body of that schema may hold at a path; undefined when there is no such field. */
export function allowedAt(schema: TSchema, steps: readonly Step[]): Allowed | undefined {
  let here = branches(schema)
  for (const step of steps) {
    if (here.some(isFree)) return 'free'
    here = here.flatMap((one) => child(one as Keywords, step)).flatMap(branches)
    if (here.length === 0) return undefined
  }
  return here
}

export const isFree = (schema: TSchema): boolean => {
  const { type, properties } = schema as Keywords
  return type === 'object' && properties === undefined
}

function child({ properties, items }: Keywords, step: Step): readonly TSchema[] {
  if (typeof step !== 'string') return items ? [items] : []
  return properties && Object.hasOwn(properties, step) ? [properties[step]!] : []
}

/** The paths of all fields of a body, those above others first. */
export function knownPaths(schema: TSchema, prefix = ''): string[] {
  const paths = branches(schema).flatMap((one) => {
    const { properties, items } = one as Keywords
    if (items) return knownPaths(items, `${prefix}[0]`)
    return Object.entries(properties ?? {}).flatMap(([name, field]) => {
      const path = prefix === '' ? name : `${prefix}.${name}`
      return [path, ...knownPaths(field, path)]
    })
  })
  return [...new Set(paths)]
}
