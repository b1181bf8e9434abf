import { wrongUse } from '../command-error.ts'

/** One step into a body: a field's name, a place in an array, or the place behind its last. */
export type Step = string | number | typeof APPEND

export const APPEND = Symbol('append')

const PART = /([^.[\]]+)|\[(\d*)\]/y

/**
 * `metadata.tags[0]` as steps; `tags[]` is the place behind the last.
 * @throws CommandError.
 */
export function readPath(text: string): Step[] {
  const steps: Step[] = []
  let at = 0
  while (at < text.length) {
    if (at > 0 && text[at] === '.') at++
    PART.lastIndex = at
    const [part, name, index] = PART.exec(text) ?? []
    if (part === undefined) throw noPath(text)
    // No body has a field of that name, and to assign it would make none.
    if (name === '__proto__') throw wrongUse('a field cannot be called __proto__', 'Name another field.')
    steps.push(name ?? (index === '' ? APPEND : Number(index)))
    at += part.length
  }
  if (typeof steps[0] !== 'string') throw noPath(text)
  return steps
}

const noPath = (text: string) =>
  wrongUse(
    `${JSON.stringify(text)} is no path of a field`,
    'Write names with dots and places in brackets, such as new_message.text or metadata.tags[0].',
  )

export const writePath = (steps: readonly Step[]): string =>
  steps
    .map((step) => (typeof step === 'string' ? `.${step}` : step === APPEND ? '[]' : `[${step}]`))
    .join('')
    .slice(1)
