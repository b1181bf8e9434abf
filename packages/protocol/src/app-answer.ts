import { checkJson } from './json-guard.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'

/** Why an app's 2xx answer to a click could not be used (wire contract §3); the developer sees it. */
export type AnswerFault = 'NOT_JSON' | 'NO_URL' | 'BAD_URL' | 'BAD_ACTION'

export interface FailedAnswer {
  kind: 'failed'
  fault: AnswerFault
  /** Cause and fix, for the app's developer. */
  detail: string
}

export function failed(fault: AnswerFault, detail: string): FailedAnswer {
  return { kind: 'failed', fault, detail }
}

/** What every answer may hold beside its own fields; recorded for the developer, without effect. */
export interface AnswerNotes {
  status?: string | number
  message?: string
}

/** An answer's body as a JSON object without nulls at its top; an empty body counts as `{}`. */
export function readAnswer(
  body: string,
): { ok: true; answer: JsonObject } | { ok: false; failure: FailedAnswer } {
  if (body.trim() === '') return { ok: true, answer: {} }
  const value = parseJson(body)
  if (!isJsonObject(value)) {
    const detail = 'the answer is not a JSON object; answer with Content-Type application/json and an object'
    return { ok: false, failure: failed('NOT_JSON', detail) }
  }
  const [fault] = checkJson(value)
  if (fault) {
    const detail = `the answer's ${fault.field || 'body'} ${fault.description}`
    return { ok: false, failure: failed('NOT_JSON', detail) }
  }
  return {
    ok: true,
    answer: Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)),
  }
}

export function readNotes(answer: JsonObject): AnswerNotes {
  const { status, message } = answer
  const notes: AnswerNotes = {}
  if (typeof status === 'string' || typeof status === 'number') notes.status = status
  if (typeof message === 'string') notes.message = message
  return notes
}

/** The answer's toast, or undefined. */
export function readToast(answer: JsonObject): string | undefined {
  const text = answer.text_message
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

function parseJson(body: string): unknown {
  try {
    // A byte order mark is not JSON, yet some frameworks send it.
    return JSON.parse(body.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}
