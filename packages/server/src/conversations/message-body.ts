import type { ButtonGrid } from '@charsu/protocol/button-grid'
import type { MessageToSend } from '@charsu/protocol/send-message'

/** How a text message is kept: each grid belongs to one side and is shown to that side alone. */
export interface TextMessageBody {
  text: string
  sender_buttons?: ButtonGrid
  receiver_buttons?: ButtonGrid
}

export function messageBody(message: MessageToSend): string {
  const body: TextMessageBody = {
    text: message.text,
    ...(message.senderButtons && { sender_buttons: message.senderButtons }),
    ...(message.receiverButtons && { receiver_buttons: message.receiverButtons }),
  }
  return JSON.stringify(body)
}
