import * as Type from 'typebox'
import { checkJson } from './json-guard.ts'
import { kindOf } from './schema-violations.ts'
import { utf8Bytes } from './text-length.ts'

/** Free-form JSON that belongs to the app: nothing in it is renamed, dropped or read. */
export type JsonObject = Record<string, unknown>

/** Schema of a {@link JsonObject}. */
export function jsonObject(description = 'a JSON object') {
  return Type.Unsafe<JsonObject>({ type: 'object', description })
}

/** Most bytes that an app's free-form data may have, as JSON in UTF-8 (wire contract §2 and §4). */
export const MAX_DATA_BYTES = 4096

/** Whether a value is a JSON object: neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is wrong with free-form data, or undefined when it is an object of at most {@link MAX_DATA_BYTES}. */
export function dataFault(value: unknown): string | undefined {
  if (!isJsonObject(value)) return `must be a JSON object, but is ${kindOf(value)}`
  const json = toJson(value)
  // Deeper than the call stack: the one way in which a parsed JSON value does not stringify.
  if (json === undefined) return checkJson(value)[0]?.description ?? 'is not plain JSON'
  if (json.length * 3 <= MAX_DATA_BYTES) return undefined
  const bytes = utf8Bytes(json)
  if (bytes <= MAX_DATA_BYTES) return undefined
  return `must have at most ${MAX_DATA_BYTES} bytes as JSON, but has ${bytes}; keep the rest on your server`
}

function toJson(value: JsonObject): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
