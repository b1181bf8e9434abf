import * as Type from 'typebox'
import { APP_USER_ID, postTokenFault } from './identifiers.ts'
import { isJsonObject } from './json-object.ts'
import { readMessageInput } from './message-input.ts'
import { normalizeOlderButton, OlderButtonInput } from './older-button.ts'
import { normalizer, type Report } from './parse.ts'
import type { MessageToSend } from './send-message.ts'

/** A message to the other side of a conversation that is named by its two people and its post, read. */
export interface OlderMessageToSend {
  /** The app's ids for the two. */
  userId: string
  peerId: string
  postToken: string
  message: MessageToSend
}

/** Body of `POST /v2/open-platform/chat/conversation` (wire contract §2, older). */
export const OlderSendMessageBody = Type.Object({
  user_id: Type.Optional(Type.String({ description: "the token's user, as the app knows them" })),
  peer_id: Type.Optional(Type.String({ description: 'the other side, as the app knows them' })),
  post_token: Type.Optional(
    Type.String({ description: 'the post that they talk about, which is of one of them' }),
  ),
  type: Type.Optional(Type.String({ description: 'TEXT, or absent' })),
  message: Type.Optional(Type.String({ description: 'the text, 1 to 4096 characters' })),
  sender_btn: Type.Optional(OlderButtonInput),
  receiver_btn: Type.Optional(OlderButtonInput),
})

/** Reads a message in the older form (wire contract §2). */
export const olderSendMessageParser = normalizer<OlderMessageToSend>(
  OlderSendMessageBody,
  (value, report) => {
    const body = isJsonObject(value) ? value : {}
    const userId = readUserId(body, 'user_id', report)
    const peerId = readUserId(body, 'peer_id', report)
    if (peerId !== '' && peerId === userId) {
      report('peer_id', 'is the same as user_id; name the other side of the conversation')
    }
    const postToken = readText(body, 'post_token', report)
    const fault = postToken === '' ? undefined : postTokenFault(postToken)
    if (fault) report('post_token', fault)
    const message: MessageToSend = { says: readMessageInput(body, 'message', report) }
    const senderButtons = normalizeOlderButton(body.sender_btn, 'sender_btn', report)
    const receiverButtons = normalizeOlderButton(body.receiver_btn, 'receiver_btn', report)
    if (senderButtons) message.senderButtons = senderButtons
    if (receiverButtons) message.receiverButtons = receiverButtons
    return { userId, peerId, postToken, message }
  },
)

function readUserId(body: Record<string, unknown>, field: string, report: Report): string {
  const id = readText(body, field, report)
  if (id !== '' && !APP_USER_ID.test(id)) {
    report(field, 'must be an id under which your app knows a user: 1 to 64 letters, digits, _ or -')
  }
  return id
}

function readText(body: Record<string, unknown>, field: string, report: Report): string {
  const text = body[field] ?? ''
  if (text === '') report(field, 'is required')
  return typeof text === 'string' ? text : ''
}
