import { newId } from '../ids.ts'
import type { HumanMessage } from './human-message.ts'
import { readIdempotency } from './idempotency.ts'
import type { MediaSource } from './media-source.ts'
import { type ComposedMessage, composeMessage } from './message-body.ts'
import type { MessageSender, SentMessage } from './send-message.ts'

export interface SendAsPersonDeps {
  sender: Pick<MessageSender, 'send'>
  media: MediaSource
}

export interface SendAsPersonInput {
  userId: string
  conversationId: string
  message: HumanMessage
  idempotencyKey: string | string[] | undefined
  /** W3C trace context of the request, if it has one. */
  traceparent: string | null
}

/**
 * A person writes into a conversation.
 * @throws 404 unknown conversation, 403 not theirs, 412 code 9 blocked or blacklisted, 400 a media token that is not
 * theirs, 409 idempotency key used for another message.
 */
export async function sendAsPerson(deps: SendAsPersonDeps, input: SendAsPersonInput): Promise<SentMessage> {
  const { userId, conversationId, message, traceparent } = input
  const idempotency = readIdempotency(input.idempotencyKey, [conversationId, userId, message])
  const id = newId()
  const composed = await compose(deps.media, { id, userId, message })
  return await deps.sender.send(
    { conversationId, senderId: userId, app: null, idempotency, ...composed, traceparent },
    id,
  )
}

async function compose(
  media: MediaSource,
  { id, userId, message }: { id: string; userId: string; message: HumanMessage },
): Promise<ComposedMessage> {
  if ('location' in message) return { type: 'LOCATION', body: JSON.stringify(message) }
  if ('contact' in message) return { type: 'CONTACT', body: JSON.stringify(message) }
  return await composeMessage(media, { id, owner: { kind: 'user', id: userId }, says: message })
}
