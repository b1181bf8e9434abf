import { checkJson } from './json-guard.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import type { Report } from './parse.ts'

const BUTTONS = ['primary_button', 'secondary_button'] as const
const DATA_ACTIONS = ['open_server_link', 'get_dynamic_action'] as const

/** Fields that come as plain text, by their name in the query string, which is their path in the body too. */
const TEXT_FIELDS = [
  'message',
  'target_type',
  'target_resource_id',
  ...BUTTONS.flatMap((button) => [
    `${button}.title`,
    `${button}.action.open_direct_link`,
    `${button}.action.open_post_page.post_token`,
    `${button}.action.open_post_manage_page.post_token`,
  ]),
]

const DATA_FIELDS = BUTTONS.flatMap((button) => DATA_ACTIONS.map((kind) => `${button}.action.${kind}.data`))

/**
 * The body that a query string means (wire contract §6). Empty values count as absent, unknown keys are
 * ignored; a repeated key must say the same each time. `data` comes as JSON text or as `data[key]=value`.
 */
export function readSendEventQuery(query: Readonly<Record<string, unknown>>, report: Report): JsonObject {
  const body: JsonObject = {}
  for (const field of TEXT_FIELDS) {
    const text = readText(query, field, report)
    if (text !== undefined) place(body, field, text)
  }
  const members = readDataMembers(query, report)
  for (const field of DATA_FIELDS) {
    const data = readData(query, field, members.get(field), report)
    if (data !== undefined) place(body, field, data)
  }
  return body
}

/**
 * `body` with what the query string says added. A field that both give with different values is reported;
 * nulls and empty strings of the body count as absent.
 */
export function mergeQueryIntoBody(
  query: JsonObject,
  body: JsonObject,
  report: Report,
  path = '',
): JsonObject {
  const merged: JsonObject = { ...body }
  for (const [name, value] of Object.entries(query)) {
    const field = path === '' ? name : `${path}.${name}`
    const other = body[name]
    if (other === undefined || other === null || other === '') merged[name] = value
    else if (isJsonObject(value) && isJsonObject(other) && name !== 'data') {
      merged[name] = mergeQueryIntoBody(value, other, report, field)
    } else if (!sameJson(value, other, 0)) {
      report(field, 'is in the query string and in the body with different values; send it once')
    }
  }
  return merged
}

function readText(
  query: Readonly<Record<string, unknown>>,
  field: string,
  report: Report,
): string | undefined {
  const given = Object.hasOwn(query, field) ? query[field] : undefined
  const values = (Array.isArray(given) ? given : [given]).filter(
    (value) => value !== undefined && value !== '',
  )
  if (new Set(values).size > 1) {
    report(field, 'is repeated in the query string with different values; send it once')
    return undefined
  }
  const text: unknown = values[0]
  if (typeof text !== 'string') return undefined
  const [fault] = checkJson(text)
  if (fault === undefined) return text
  report(field, fault.description)
  return undefined
}

/** The members given as `….data[key]=value`, by the data field they belong to. */
function readDataMembers(query: Readonly<Record<string, unknown>>, report: Report): Map<string, JsonObject> {
  const members = new Map<string, [string, string][]>()
  for (const parameter of Object.keys(query)) {
    const open = parameter.indexOf('[')
    if (open < 0 || !parameter.endsWith(']')) continue
    const field = parameter.slice(0, open)
    if (!DATA_FIELDS.includes(field)) continue
    const key = parameter.slice(open + 1, -1)
    if (key === '' || /[[\]]/.test(key) || checkJson(key).length > 0) {
      report(field, 'has a key in brackets that cannot be read; send nested data as JSON text instead')
      continue
    }
    const text = readText(query, parameter, report) ?? ''
    members.set(field, [...(members.get(field) ?? []), [key, text]])
  }
  // fromEntries makes own members of every key, "__proto__" included.
  return new Map([...members].map(([field, entries]) => [field, Object.fromEntries(entries)]))
}

function readData(
  query: Readonly<Record<string, unknown>>,
  field: string,
  members: JsonObject | undefined,
  report: Report,
): unknown {
  const text = readText(query, field, report)
  if (text === undefined) return members
  const data = parseJson(text)
  if (!isJsonObject(data)) {
    report(field, 'must be the JSON text of an object, such as {"key":"value"}, percent-encoded')
    return undefined
  }
  const [fault] = checkJson(data)
  if (fault) {
    report(field, `has a member that ${fault.description}`)
    return undefined
  }
  for (const [key, value] of Object.entries(members ?? {})) {
    if (Object.hasOwn(data, key) && data[key] !== value) {
      report(field, 'is given as JSON text and in brackets with different values; send it once')
    }
  }
  return members === undefined ? data : { ...members, ...data }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `field` is one of this file's own constants, never a caller's key. */
function place(body: JsonObject, field: string, value: unknown): void {
  const path = field.split('.')
  const last = path.pop()!
  let at = body
  for (const name of path) {
    const known = at[name]
    const next = isJsonObject(known) ? known : {}
    at[name] = next
    at = next
  }
  at[last] = value
}

/** Equal as JSON, whatever the order of keys; data that is nested too deep is refused elsewhere. */
function sameJson(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true
  if (depth > 40 || typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.entries(a)
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(b, key) && sameJson(value, (b as JsonObject)[key], depth + 1))
  )
}
