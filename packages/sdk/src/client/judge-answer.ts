import { isJsonObject, type JsonObject } from '@charsu/protocol/json-object'
import type { Attempted } from './attempt.ts'
import type { NoAnswerStage } from './errors.ts'
import { retryAfterMs } from './retry-after.ts'

/** What an attempt means. */
export type Outcome =
  | { kind: 'done'; value: JsonObject }
  | {
      kind: 'refused'
      status: number
      body: JsonObject
      retryAfterMs: number | undefined
      requestId: string | undefined
    }
  | {
      kind: 'no_answer'
      stage: NoAnswerStage
      status: number | undefined
      /** Where the answer was a JSON object all the same. */
      body: JsonObject | undefined
      /** How the answer begins, where it was none. */
      text: string
      /** A member that the answer has to have. */
      lacks: string | undefined
      /** Where a redirect leads. */
      location: string | undefined
      /** Trying again may help: it was not a lasting state, such as a wrong address. */
      passing: boolean
      retryAfterMs: number | undefined
      requestId: string | undefined
      cause: unknown
    }

/**
 * @param now milliseconds since 1970
 * @param needs members that a good answer has, as texts
 */
export function judgeAnswer(
  attempted: Attempted,
  { now, needs }: { now: number; needs: readonly string[] },
): Outcome {
  const nothing = {
    status: undefined,
    body: undefined,
    text: '',
    lacks: undefined,
    location: undefined,
    cause: undefined,
  }
  const unknown = { retryAfterMs: undefined, requestId: undefined }
  if (attempted.kind === 'none') {
    const { stage, cause } = attempted
    return { kind: 'no_answer', ...nothing, ...unknown, stage, cause, passing: stage !== 'answer' }
  }
  const { status, headers, text } = attempted
  const known = {
    retryAfterMs: retryAfterMs(headers.get('retry-after'), now),
    requestId: headers.get('x-request-id') ?? undefined,
  }
  const body = readObject(text)
  const withoutAnswer = { kind: 'no_answer' as const, ...nothing, ...known, status, body, text }
  if (status >= 200 && status < 300) {
    const lacks = body && needs.find((name) => typeof body[name] !== 'string' || body[name] === '')
    if (body && lacks === undefined) return { kind: 'done', value: body }
    if (body) return { ...withoutAnswer, stage: 'answer', lacks, passing: false }
    // A body of JSON that was cut off where nothing said how long it is: another try may bring all of it.
    const isCutOff = /^\s*\{/.test(text)
    return { ...withoutAnswer, stage: isCutOff ? 'connection' : 'answer', passing: isCutOff }
  }
  if (status === 0 || (status >= 300 && status < 400)) {
    const location = headers.get('location') ?? undefined
    return { ...withoutAnswer, stage: 'redirect', location, passing: false }
  }
  // "Not served" is a refusal: the same call will never succeed.
  const isRefusal = (status >= 400 && status < 500) || (status === 501 && body?.code === 12)
  if (isRefusal && body !== undefined) return { kind: 'refused', status, body, ...known }
  if (status >= 500) return { ...withoutAnswer, stage: 'status', passing: status !== 501 }
  return { ...withoutAnswer, stage: 'answer', passing: status === 429 }
}

/** An empty body counts as `{}`, as it does in the other direction (wire contract §0). */
function readObject(text: string): JsonObject | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
