import { nearest } from '@charsu/protocol/nearest'
import type { TSchema } from 'typebox'
import { wrongUse } from '../command-error.ts'
import { APPEND, readPath, type Step, writePath } from './field-path.ts'
import { allowedAt, knownPaths } from './known-fields.ts'
import { typedValue } from './typed-value.ts'

/**
 * A body with one field changed, `path=value` as it stands behind --set; the given body stays as it was.
 * @throws CommandError for a path that such a body does not have, or a value that does not fit there.
 */
export function setField(schema: TSchema, body: object, assignment: string): object {
  const [, path, text] = /^([^=]*)=(.*)$/s.exec(assignment) ?? []
  if (!path || text === undefined) {
    throw wrongUse(
      `${JSON.stringify(assignment)} sets nothing`,
      'Write a field, = and its value, such as --set new_message.text=Hello.',
    )
  }
  const steps = readPath(path)
  const allowed = allowedAt(schema, steps)
  if (!allowed) throw unknownField(path, schema)
  const copy = structuredClone(body)
  place(copy, steps, typedValue(path, text, allowed))
  return copy
}

function unknownField(path: string, schema: TSchema) {
  const known = knownPaths(schema)
  const inside = known.find((one) => one.endsWith(`.${path}`))
  const meant = inside ?? nearest(path, known)
  const hint = meant ? `Did you mean ${meant}?` : `There are ${known.join(', ')}.`
  return wrongUse(`this event has no field ${path}`, hint)
}

type Holder = Record<string | number, unknown>

function place(body: object, steps: readonly Step[], value: unknown): void {
  let holder = body as Holder
  for (const [i, step] of steps.entries()) {
    const key = keyIn(holder, step, steps.slice(0, i + 1))
    if (i === steps.length - 1) {
      holder[key] = value
      return
    }
    const inside = Object.hasOwn(holder, key) ? holder[key] : undefined
    if (typeof inside !== 'object' || inside === null)
      holder[key] = typeof steps[i + 1] === 'string' ? {} : []
    holder = holder[key] as Holder
  }
}

function keyIn(holder: Holder, step: Step, way: readonly Step[]): string | number {
  const isArray = Array.isArray(holder)
  const path = writePath(way)
  if (typeof step === 'string') {
    if (isArray)
      throw wrongUse(`${path} is inside an array`, 'Name a place of it, such as [0], or [] for a new one.')
    return step
  }
  if (!isArray) throw wrongUse(`${path} is no place of an array`, 'Name a field of it instead, with a dot.')
  const next = holder.length
  if (step === APPEND) return next
  if (step > next) {
    throw wrongUse(
      `${path} leaves a gap: the array has ${next === 1 ? '1 item' : `${next} items`}`,
      `Set [${next}] next, or write [] for the place behind the last.`,
    )
  }
  return step
}
