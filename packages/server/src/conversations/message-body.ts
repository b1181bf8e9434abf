import type { ButtonGrid } from '@charsu/protocol/button-grid'
import type { MessageInput } from '@charsu/protocol/message-input'
import type { MessageBody } from '../db/message-body.ts'
import { invalidArgument } from '../errors.ts'
import type { MediaOwner, MediaSource } from './media-source.ts'

export interface ComposedMessage {
  type: string
  /** JSON text of a {@link MessageBody}. */
  body: string
}

export interface Grids {
  senderButtons?: ButtonGrid
  receiverButtons?: ButtonGrid
}

/**
 * A message as it is stored; a file is tied to it before it is sent.
 * @throws 400 for a media token that does not work here, or a type that is not the file's (wire contract §2).
 */
export async function composeMessage(
  media: MediaSource,
  message: { id: string; owner: MediaOwner; says: MessageInput } & Grids,
): Promise<ComposedMessage> {
  const { says, senderButtons, receiverButtons } = message
  const grids: Pick<MessageBody, 'sender_buttons' | 'receiver_buttons'> = {
    ...(senderButtons && { sender_buttons: senderButtons }),
    ...(receiverButtons && { receiver_buttons: receiverButtons }),
  }
  if ('text' in says) return { type: 'TEXT', body: json({ text: says.text, ...grids }) }
  const claimed = await media.claim(message.owner, says.mediaToken, message.id)
  if (says.type !== undefined && says.type !== claimed.type) {
    const description = `is ${says.type}, but the uploaded file is of type ${claimed.type}; leave type out`
    throw invalidArgument([{ field: 'type', description }])
  }
  return { type: claimed.type, body: json({ media: claimed.media, ...grids }) }
}

const json = (body: MessageBody): string => JSON.stringify(body)
