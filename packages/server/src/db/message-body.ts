import type { ButtonGrid } from '@charsu/protocol/button-grid'

/** An uploaded file as the messages that show it keep it, so that reading them needs no other row. */
export interface StoredMedia {
  /** A UUID. */
  id: string
  size_bytes: number
  /** Of files alone. */
  name?: string
  /** Of images alone. */
  width_px?: number
  height_px?: number
}

/**
 * What `messages.body` holds. By `messages.type` a TEXT has `text`; IMAGE, FILE, VOICE and VIDEO have `media`, a
 * LOCATION `location`, a CONTACT `contact`. Each grid belongs to one side and is shown to that side alone; whom a
 * chatbot writes to is the receiver. Of a message whose writer was deleted there is `deleted` and nothing else.
 */
export interface MessageBody {
  text?: string
  sender_buttons?: ButtonGrid
  receiver_buttons?: ButtonGrid
  media?: StoredMedia
  location?: { latitude: number; longitude: number }
  contact?: { name?: string; phone: string }
  deleted?: true
}
