import type { MessageToSend } from '@charsu/protocol/send-message'
import type { AppUserCaller } from '../access/callers.ts'
import { newId } from '../ids.ts'
import type { readIdempotency } from './idempotency.ts'
import type { MediaSource } from './media-source.ts'
import { composeMessage } from './message-body.ts'
import type { MessageSender } from './send-message.ts'

export interface SendForUserDeps {
  sender: Pick<MessageSender, 'send'>
  media: MediaSource
}

export interface AllowedMessage {
  caller: AppUserCaller
  conversationId: string
  message: MessageToSend
  idempotency: ReturnType<typeof readIdempotency>
  /** W3C trace context of the request, if it has one. */
  traceparent: string | null
}

/** `message_id` is ours, added to the public answer (wire contract §2). */
export interface SendAnswer {
  status: 200
  message: 'success'
  message_id: string
}

/**
 * Sends what an app says as the token's user, once its scopes were looked at (wire contract §2).
 * @throws 400 a media token that is not the app's, 404 unknown conversation, 409 idempotency key used for another
 * message, 412 code 9 blocked or blacklisted.
 */
export async function sendForUser(
  { sender, media }: SendForUserDeps,
  { caller, conversationId, message, idempotency, traceparent }: AllowedMessage,
): Promise<SendAnswer> {
  const { appId, keyId, token } = caller
  const id = newId()
  const composed = await composeMessage(media, { id, owner: { kind: 'app', id: appId }, ...message })
  const app = { appId, keyId, tokenId: token.tokenId }
  const sent = await sender.send(
    { conversationId, senderId: token.userId, app, idempotency, ...composed, traceparent },
    id,
  )
  return { status: 200, message: 'success', message_id: sent.id }
}
