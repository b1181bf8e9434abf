import { type Action, normalizeAction } from './button-action.ts'
import { postTokenFault } from './identifiers.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import { didYouMean } from './nearest.ts'
import type { Report } from './parse.ts'
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

/** Reads a notice to send (wire contract §6); every breach is reported, and then the result is worthless. Never throws. */
export function readNotice(value: unknown, report: Report): NoticeToSend {
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
