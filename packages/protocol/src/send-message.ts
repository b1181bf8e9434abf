import * as Type from 'typebox'
import { type ButtonGrid, ButtonGridInput, normalizeGrid } from './button-grid.ts'
import { isJsonObject } from './json-object.ts'
import { type MessageInput, readMessageInput } from './message-input.ts'
import { normalizeOlderButton, OlderButtonInput } from './older-button.ts'
import { normalizer, type Report } from './parse.ts'

/** What an app sends into a conversation, read: the grids in normal form, empty ones left out. */
export interface MessageToSend {
  says: MessageInput
  senderButtons?: ButtonGrid
  receiverButtons?: ButtonGrid
}

/** Body of `POST /v2/open-platform/conversations/{conversation_id}/messages`. */
export const SendMessageBody = Type.Object({
  type: Type.Optional(Type.String({ description: 'absent, TEXT, or with media_token its type' })),
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
  const says = readMessageInput(body, 'message', report)
  const senderButtons = readGrid(body, 'sender', report)
  const receiverButtons = readGrid(body, 'receiver', report)
  const message: MessageToSend = { says }
  if (senderButtons) message.senderButtons = senderButtons
  if (receiverButtons) message.receiverButtons = receiverButtons
  return message
})

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
