import * as Type from 'typebox'
import { type ButtonGrid, ButtonGridInput, normalizeGrid } from './button-grid.ts'
import { MESSAGE_TYPES } from './chat-message.ts'
import { isJsonObject } from './json-object.ts'
import { didYouMean } from './nearest.ts'
import { normalizer, type Report } from './parse.ts'
import { checkText } from './send-message.ts'
import { quoted } from './text-length.ts'

/** What an app says as its chatbot, read: text or media, the grid in normal form. */
export interface ChatbotMessage {
  /** Empty with `mediaToken`. */
  text: string
  mediaToken?: string
  /** As it was said to be: with text TEXT, with media the type that it has to have. */
  type?: string
  buttons?: ButtonGrid
}

/**
 * Body of the chatbot's operations (wire contract §9). Whom it goes to stands in the path; a conversation_id or user_id
 * that is repeated here is not read.
 */
export const ChatbotMessageBody = Type.Object({
  type: Type.Optional(Type.String({ description: 'absent or TEXT; with media_token the type of the media' })),
  text_message: Type.Optional(
    Type.String({ description: 'the text, 1 to 4096 characters; absent or empty with media_token' }),
  ),
  media_token: Type.Optional(Type.String({ description: 'an uploaded file instead of text' })),
  buttons: Type.Optional(ButtonGridInput),
})

export const ChatbotMessageAnswer = Type.Object({
  conversation_id: Type.String({ description: 'where it was said; opened if there was none' }),
})

/** Reads what a chatbot is to say (wire contract §9). */
export const chatbotMessageParser = normalizer<ChatbotMessage>(ChatbotMessageBody, (value, report) => {
  const body = isJsonObject(value) ? value : {}
  const buttons = normalizeGrid(body.buttons, 'buttons', report)
  const mediaToken = textOf(body.media_token)
  const type = textOf(body.type)
  const text = mediaToken === '' ? readText(body, report) : withoutText(body, report)
  checkType(type, mediaToken !== '', report)
  return {
    text,
    ...(mediaToken !== '' && { mediaToken }),
    ...(type !== '' && { type }),
    ...(buttons && { buttons }),
  }
})

/** The schema has refused what is no string. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function readText({ text_message: text = '' }: Record<string, unknown>, report: Report): string {
  return typeof text === 'string' ? checkText(text, 'text_message', report) : ''
}

function withoutText({ text_message: text }: Record<string, unknown>, report: Report): string {
  if (textOf(text) !== '') {
    report('text_message', 'cannot go with media_token: send the text, or the media, in a message of its own')
  }
  return ''
}

function checkType(type: string, hasMedia: boolean, report: Report): void {
  const allowed = hasMedia ? MEDIA_TYPES : TEXT_TYPES
  if (type === '' || allowed.includes(type)) return
  const expected = hasMedia ? `absent or the type of the media (${allowed.join(', ')})` : 'absent or TEXT'
  report('type', `is ${quoted(type)}, but must be ${expected}.${didYouMean(type, allowed)}`)
}

const TEXT_TYPES: readonly string[] = ['TEXT']

/** What an upload can be of. */
const MEDIA_TYPES: readonly string[] = MESSAGE_TYPES.filter((type) =>
  ['IMAGE', 'FILE', 'VOICE', 'VIDEO'].includes(type),
)
