import * as Type from 'typebox'
import { ActionInput } from './button-action.ts'
import type { FieldViolation } from './errors.ts'
import { isJsonObject } from './json-object.ts'
import { type NoticeToSend, readNotice } from './notice-rules.ts'
import { normalizer, type ParseResult, type Report } from './parse.ts'
import { mergeQueryIntoBody, readSendEventQuery } from './send-event-query.ts'

export {
  MAX_NOTICE_LENGTH,
  MAX_TITLE_LENGTH,
  MIN_TITLE_LENGTH,
  type NoticeButton,
  type NoticeToSend,
} from './notice-rules.ts'

const ButtonInput = Type.Object({
  title: Type.Optional(Type.String({ description: 'the text on the button, 5 to 50 characters' })),
  action: Type.Optional(ActionInput),
})

/** The body that `POST /experimental/open-platform/events/send` accepts beside its query string. */
export const SendEventBody = Type.Object({
  message: Type.Optional(Type.String({ description: 'the text, 1 to 1,000 characters' })),
  target_type: Type.Optional(Type.String({ description: 'USER, the default, or POST' })),
  target_resource_id: Type.Optional(Type.String({ description: 'a user id or a post token' })),
  primary_button: Type.Optional(ButtonInput),
  secondary_button: Type.Optional(ButtonInput),
})

const noticeParser = normalizer<NoticeToSend>(SendEventBody, readNotice)

/**
 * Reads a notice from the query string, from the body, or from both merged (wire contract §6). `query` holds
 * decoded values, an array for a repeated key, as Fastify gives them; `body` is parsed JSON or undefined. A
 * field that both give must be the same in both. Never throws.
 */
export function parseSendEvent(
  query: Readonly<Record<string, unknown>>,
  body: unknown,
): ParseResult<NoticeToSend> {
  const violations: FieldViolation[] = []
  const report: Report = (field, description) => violations.push({ field, description })
  const fromQuery = readSendEventQuery(query, report)
  const merged = isJsonObject(body) ? mergeQueryIntoBody(fromQuery, body, report) : body
  const result = noticeParser.parse(merged === undefined || merged === null ? fromQuery : merged)
  if (violations.length === 0) return result
  if (result.ok) return { ok: false, violations }
  const named = new Set(violations.map(({ field }) => field))
  return { ok: false, violations: [...violations, ...result.violations.filter((v) => !named.has(v.field))] }
}
