import { readIdempotency } from '../conversations/idempotency.ts'
import type { MessageSender } from '../conversations/send-message.ts'
import type { Database } from '../db/database.ts'
import { findMessage } from './message-store.ts'
import { type FactsSource, requireParticipant } from './participant.ts'
import { type MessageView, viewMessage } from './view-message.ts'

export interface SendTextDeps {
  db: Database
  facts: FactsSource
  sender: Pick<MessageSender, 'send'>
}

export interface SendTextInput {
  userId: string
  conversationId: string
  text: string
  idempotencyKey: string | string[] | undefined
  /** W3C trace context of the request, if it has one. */
  traceparent: string | null
}

/**
 * A person writes into a conversation of theirs.
 * @throws 404 not theirs, 412 code 9 blocked or blacklisted, 409 idempotency key used for another text.
 */
export async function sendText(deps: SendTextDeps, input: SendTextInput): Promise<MessageView> {
  const { userId, conversationId, text } = input
  const idempotency = readIdempotency(input.idempotencyKey, [conversationId, userId, text])
  await requireParticipant(deps.facts, userId, conversationId)
  const sent = await deps.sender.send({
    conversationId,
    senderId: userId,
    app: null,
    idempotency,
    type: 'TEXT',
    body: JSON.stringify({ text }),
    traceparent: input.traceparent,
  })
  const row = await findMessage(deps.db, sent.id)
  if (!row) throw new Error(`the message ${sent.id} was sent and is not there`)
  return viewMessage(row, userId)
}
