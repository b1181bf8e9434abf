import * as Type from 'typebox'
import { type ButtonGrid, ButtonGridInput, normalizeGrid } from './button-grid.ts'
import { isJsonObject } from './json-object.ts'
import { type MessageInput, readMessageInput } from './message-input.ts'
import { normalizer } from './parse.ts'

/** What an app says as its chatbot, read: the grid in normal form, an empty one left out. */
export interface ChatbotMessage {
  says: MessageInput
  buttons?: ButtonGrid
}

/**
 * Body of the chatbot's operations (wire contract §9). Whom it goes to stands in the path; a conversation_id or user_id
 * that is repeated here is not read.
 */
export const ChatbotMessageBody = Type.Object({
  type: Type.Optional(Type.String({ description: 'absent, TEXT, or with media_token its type' })),
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
  const says = readMessageInput(body, 'text_message', report)
  const buttons = normalizeGrid(body.buttons, 'buttons', report)
  return { says, ...(buttons && { buttons }) }
})
