import type { MakeDeps } from './make-values.ts'
import { resolve, type Schema } from './operations.ts'

/** A value that breaks its schema at one place. */
export interface Broken {
  /** What was done and where, e.g. `message is a number`. */
  fault: string
  value: unknown
}

type BreakDeps = Pick<MakeDeps, 'schemas' | 'rulings'>

/** Each place of a value broken in turn: of a wrong type, outside its enumeration, or missing though required. */
export function breakValue(deps: BreakDeps, given: Schema, value: unknown, path = ''): Broken[] {
  const { name, schema } = resolve(given, deps.schemas)
  if (deps.rulings.notRead.has(name)) return []
  const broken = [{ fault: `${path || 'the body'} is ${wrong(schema).name}`, value: wrong(schema).value }]
  if (schema.enum) {
    return deps.rulings.openEnums.has(name)
      ? broken
      : [...broken, { fault: `${path} is outside its enumeration`, value: 'NO_SUCH_VALUE' }]
  }
  if (Array.isArray(value)) {
    const items = value.flatMap((item, i) => breakValue(deps, schema.items ?? {}, item, `${path}[${i}]`))
    return [...broken, ...items.map(({ fault, value: item }) => ({ fault, value: [item] }))]
  }
  if (!schema.properties || typeof value !== 'object' || value === null) return broken
  for (const [key, member] of Object.entries(value)) {
    if (deps.rulings.notRead.has(`${name}.${key}`)) continue
    const at = path ? `${path}.${key}` : key
    const memberSchema = schema.properties[key] ?? {}
    for (const each of breakValue(deps, memberSchema, member, at)) {
      broken.push({ fault: each.fault, value: { ...value, [key]: each.value } })
    }
    if (schema.required?.includes(key)) {
      const { [key]: _, ...rest } = value as Record<string, unknown>
      broken.push({ fault: `${at} is missing`, value: rest })
    }
  }
  return broken
}

/** A value of another type; text everywhere but where text is right. Numbers that travel as text may come bare too. */
function wrong({ type, format }: Schema): { name: string; value: unknown } {
  return type === 'string' && format !== 'int64' && format !== 'uint64'
    ? { name: 'a number', value: 42 }
    : { name: 'a text', value: 'not what it should be' }
}
