import type { FieldViolation } from './errors.ts'

/** Nesting that no operation of the contract comes near, and that every later recursion can bear. */
export const MAX_JSON_DEPTH = 32

const MAX_NAMED = 20

interface Visit {
  value: object
  path: string
  depth: number
}

/**
 * Refuses JSON that a database or a later step could not hold: NUL characters and lone surrogates in keys or
 * texts (PostgreSQL refuses the first and silently changes the second), numbers that are not finite (1e999
 * parses to Infinity), and nesting deeper than {@link MAX_JSON_DEPTH}. Serves wire contract §0: such input is
 * 400, never 500. No depth of input can overflow the call stack. It names the first 20 wrong fields.
 */
export function checkJson(input: unknown): FieldViolation[] {
  if (isHarmless(input, 0)) return []
  const violations: FieldViolation[] = []
  const pending: Visit[] = []
  checkValue(input, '', 0, pending, violations)
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    if (violations.length >= MAX_NAMED) break
    checkMembers(visit, pending, violations)
  }
  return violations.slice(0, MAX_NAMED)
}

/** The answer for nearly every body, without the cost of knowing each field's path. */
function isHarmless(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return textFault(value) === undefined
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth >= MAX_JSON_DEPTH) return false
  if (Array.isArray(value)) return value.every((member) => isHarmless(member, depth + 1))
  const record = value as Record<string, unknown>
  for (const key of Object.keys(record)) {
    if (textFault(key) !== undefined || !isHarmless(record[key], depth + 1)) return false
  }
  return true
}

function checkMembers(visit: Visit, pending: Visit[], violations: FieldViolation[]): void {
  const { value, path, depth } = visit
  if (depth > MAX_JSON_DEPTH) {
    const description = `is nested more than ${MAX_JSON_DEPTH} levels deep; send a flatter value`
    violations.push({ field: path, description })
    return
  }
  if (Array.isArray(value)) {
    for (const [i, member] of value.entries()) checkValue(member, `${path}[${i}]`, depth, pending, violations)
    return
  }
  for (const [key, member] of Object.entries(value)) {
    const fault = textFault(key)
    if (fault) violations.push({ field: path, description: `has a key with ${fault}; remove it` })
    else checkValue(member, path === '' ? key : `${path}.${key}`, depth, pending, violations)
  }
}

function checkValue(
  value: unknown,
  path: string,
  depth: number,
  pending: Visit[],
  violations: FieldViolation[],
): void {
  if (typeof value === 'string') {
    const fault = textFault(value)
    if (fault) violations.push({ field: path, description: `has ${fault}; remove it` })
  } else if (typeof value === 'number') {
    if (Number.isFinite(value)) return
    violations.push({ field: path, description: 'is a number out of range; send a smaller one, or a string' })
  } else if (typeof value === 'object' && value !== null) {
    pending.push({ value, path, depth: depth + 1 })
  }
}

function textFault(text: string): string | undefined {
  if (text.includes('\u0000')) return 'a NUL character (\\u0000), which no text may hold'
  return text.isWellFormed() ? undefined : 'half of a surrogate pair, which is not Unicode text'
}
