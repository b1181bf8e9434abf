import * as Type from 'typebox'
import { type ButtonGrid, ButtonGridInput, normalizeGrid } from './button-grid.ts'
import { isJsonObject } from './json-object.ts'
import { didYouMean } from './nearest.ts'
import { normalizeOlderButton, OlderButtonInput } from './older-button.ts'
import { normalizer, type Report } from './parse.ts'
import { codePoints, isLongerThan, quoted } from './text-length.ts'

/** Most characters (Unicode code points) of a message's text (wire contract §2). */
export const MAX_MESSAGE_LENGTH = 4096

/** What an app sends into a conversation, read: the grids in normal form, empty ones left out. */
export interface MessageToSend {
  text: string
  senderButtons?: ButtonGrid
  receiverButtons?: ButtonGrid
}

/** Body of `POST /v2/open-platform/conversations/{conversation_id}/messages`. */
export const SendMessageBody = Type.Object({
  type: Type.Optional(Type.String({ description: 'TEXT, or absent' })),
  message: Type.Optional(Type.String({ description: 'the text, 1 to 4096 characters' })),
  media_token: Type.Optional(Type.String({ description: 'an uploaded file instead of text' })),
  sender_buttons: Type.Optional(ButtonGridInput),
  receiver_buttons: Type.Optional(ButtonGridInput),
  sender_btn: Type.Optional(OlderButtonInput),
  receiver_btn: Type.Optional(OlderButtonInput),
})

/** What the operation answers; `message_id` is an addition to the public answer. */
export const SendMessageAnswer = Type.Object({
  status: Type.Integer(),
  message: Type.String(),
  message_id: Type.String(),
})

/** Reads a message to send (wire contract §2). */
export const sendMessageParser = normalizer<MessageToSend>(SendMessageBody, (value, report) => {
  const body = isJsonObject(value) ? value : {}
  const text = readText(body, report)
  const senderButtons = readGrid(body, 'sender', report)
  const receiverButtons = readGrid(body, 'receiver', report)
  const message: MessageToSend = { text }
  if (senderButtons) message.senderButtons = senderButtons
  if (receiverButtons) message.receiverButtons = receiverButtons
  return message
})

function readText(body: Record<string, unknown>, report: Report): string {
  const { type, message = '' } = body
  if (body.media_token !== undefined && body.media_token !== '') {
    report('media_token', 'media is not served yet; leave media_token out and send text in message')
    return ''
  }
  if (type !== undefined && type !== '' && type !== 'TEXT' && typeof type === 'string') {
    report('type', `is ${quoted(type)}, but must be absent or TEXT.${didYouMean(type, ['TEXT'])}`)
  }
  return typeof message === 'string' ? checkText(message, 'message', report) : ''
}

/** Reports a text that is empty, white space alone, or longer than {@link MAX_MESSAGE_LENGTH}; gives it back. */
export function checkText(text: string, field: string, report: Report): string {
  if (text.trim() === '') {
    report(field, `is required; send a text of 1 to ${MAX_MESSAGE_LENGTH} characters that is not white space`)
  } else if (isLongerThan(text, MAX_MESSAGE_LENGTH)) {
    report(field, `must have at most ${MAX_MESSAGE_LENGTH} characters, but has ${codePoints(text)}`)
  }
  return text
}

/** The newer form wins where both say something; an empty grid says nothing. */
function readGrid(
  body: Record<string, unknown>,
  side: 'sender' | 'receiver',
  report: Report,
): ButtonGrid | undefined {
  const grid = normalizeGrid(body[`${side}_buttons`], `${side}_buttons`, report)
  const older = normalizeOlderButton(body[`${side}_btn`], `${side}_btn`, report)
  return grid ?? older
}
