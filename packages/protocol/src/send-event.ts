import * as Type from 'typebox'
import { type Action, ActionInput, normalizeAction } from './button-action.ts'
import type { FieldViolation } from './errors.ts'
import { postTokenFault } from './identifiers.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import { didYouMean } from './nearest.ts'
import { normalizer, type ParseResult, type Report } from './parse.ts'
import { mergeQueryIntoBody, readSendEventQuery } from './send-event-query.ts'
import { codePoints, isLongerThan, quoted } from './text-length.ts'

/** Limits of a notice (wire contract §6), in Unicode code points. */
export const MAX_NOTICE_LENGTH = 1000
export const MIN_TITLE_LENGTH = 5
export const MAX_TITLE_LENGTH = 50

export interface NoticeButton {
  title: string
  action: Action
}

/** A notice to send, read. Without `target.id` the target is the token's user. */
export interface NoticeToSend {
  message?: string
  target: { type: 'USER'; id?: string } | { type: 'POST'; id: string }
  primaryButton?: NoticeButton
  secondaryButton?: NoticeButton
}

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

const noticeParser = normalizer<NoticeToSend>(SendEventBody, (value, report) => {
  const input = isJsonObject(value) ? value : {}
  const primaryButton = readButton(input.primary_button, 'primary_button', report)
  const secondaryButton = readButton(input.secondary_button, 'secondary_button', report)
  const hasButton = !isBlankButton(input.primary_button) || !isBlankButton(input.secondary_button)
  const message = readMessage(input.message, hasButton, report)
  const notice: NoticeToSend = { target: readTarget(input, report) }
  if (message !== undefined) notice.message = message
  if (primaryButton) notice.primaryButton = primaryButton
  if (secondaryButton) notice.secondaryButton = secondaryButton
  return notice
})

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

function readMessage(input: unknown, hasButton: boolean, report: Report): string | undefined {
  if (input !== undefined && typeof input !== 'string') return undefined
  if (input === undefined || input.trim() === '') {
    if (!hasButton) report('message', 'is required where there is no button; send 1 to 1,000 characters')
    return undefined
  }
  if (isLongerThan(input, MAX_NOTICE_LENGTH)) {
    report('message', `must have at most ${MAX_NOTICE_LENGTH} characters, but has ${codePoints(input)}`)
  }
  return input
}

function readTarget(input: JsonObject, report: Report): NoticeToSend['target'] {
  const { target_type: type, target_resource_id: id } = input
  const given = typeof id === 'string' && id !== '' ? id : undefined
  if (type === 'POST') {
    const fault = given === undefined ? 'is required with target_type POST' : postTokenFault(given)
    if (fault) report('target_resource_id', fault)
    return { type: 'POST', id: given ?? '' }
  }
  if (typeof type === 'string' && type !== '' && type !== 'USER') {
    report(
      'target_type',
      `is ${quoted(type)}, but must be USER or POST.${didYouMean(type, ['USER', 'POST'])}`,
    )
  }
  return given === undefined ? { type: 'USER' } : { type: 'USER', id: given }
}

function readButton(input: unknown, field: string, report: Report): NoticeButton | undefined {
  if (isBlankButton(input) || !isJsonObject(input)) return undefined
  const title = readTitle(input.title, `${field}.title`, report)
  const action = normalizeAction(input.action, `${field}.action`, report)
  return title === undefined || action === undefined ? undefined : { title, action }
}

function readTitle(input: unknown, field: string, report: Report): string | undefined {
  const rule = `${MIN_TITLE_LENGTH} to ${MAX_TITLE_LENGTH} characters`
  if (input === undefined || input === null || input === '') {
    report(field, `is required beside the button's action; send ${rule}`)
    return undefined
  }
  if (typeof input !== 'string') return undefined
  const length = isLongerThan(input, MAX_TITLE_LENGTH) ? MAX_TITLE_LENGTH + 1 : codePoints(input)
  if (length >= MIN_TITLE_LENGTH && length <= MAX_TITLE_LENGTH) return input
  report(field, `must have ${rule}, but has ${codePoints(input)}`)
  return undefined
}

/** Generated clients send every parameter, empty ones too: a button of empty strings is no button. */
function isBlankButton(button: unknown): boolean {
  if (button === undefined || button === null || button === '') return true
  if (!isJsonObject(button)) return false
  return Object.values(button).every(isBlankMember)
}

function isBlankMember(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (!isJsonObject(value)) return false
  return Object.entries(value).every(([kind, member]) => {
    // {"data": {}} is an action with nothing to say; an empty post_token is none.
    if (kind === 'open_server_link' || kind === 'get_dynamic_action') return member === null
    return member === null || member === '' || (isJsonObject(member) && isBlankPost(member))
  })
}

function isBlankPost(member: JsonObject): boolean {
  return Object.values(member).every((value) => value === null || value === '')
}
