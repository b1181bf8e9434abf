import { jsonStop } from './json-stop.ts'

/** Why a text is no JSON object, and where; line and column from 1. */
export interface JsonFault {
  kind: 'empty' | 'syntax' | 'no_object'
  line: number
  column: number
}

export type JsonRead = { value: Record<string, unknown> } | { fault: JsonFault }

/** A JSON object from what was typed. */
export function readJsonObject(text: string): JsonRead {
  if (text.trim() === '') return { fault: { kind: 'empty', line: 1, column: 1 } }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { fault: { kind: 'syntax', ...placeOf(text) } }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { value: value as Record<string, unknown> }
  }
  return { fault: { kind: 'no_object', line: 1, column: 1 } }
}

function placeOf(text: string): { line: number; column: number } {
  const lines = text.slice(0, jsonStop(text)).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

/** The same JSON with each member on a line of its own; the text as it is when it is none. */
export function formatted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
