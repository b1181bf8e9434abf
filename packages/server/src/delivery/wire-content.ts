import type { ChatMessage, MessageContent } from '@charsu/protocol/events'
import type { MessageBody } from '../db/message-body.ts'
import type { MediaVariant } from './media-links.ts'

export interface SentMessage {
  type: string
  body: MessageBody
}

/** What a stored message says, in the form of events (wire contract §5). */
export function wireContent(
  { type, body }: SentMessage,
  link: (mediaId: string, variant: MediaVariant) => string,
): { type: ChatMessage['type']; content: MessageContent } {
  const { media, location, contact } = body
  if (media) {
    const file = { link: link(media.id, 'file'), size_bytes: media.size_bytes }
    switch (type) {
      case 'IMAGE':
        return {
          type,
          content: {
            image_data: { ...file, height_px: media.height_px ?? 0, width_px: media.width_px ?? 0 },
          },
        }
      case 'FILE':
        return {
          type,
          content: { file_data: { link: file.link, name: media.name ?? '', size_bytes: media.size_bytes } },
        }
      case 'VOICE':
        return { type, content: { voice_data: file } }
      case 'VIDEO': {
        const thumbnail_link = link(media.id, 'thumbnail')
        return {
          type,
          content: { video_data: { link: file.link, thumbnail_link, size_bytes: media.size_bytes } },
        }
      }
    }
  }
  if (location) return { type: 'LOCATION', content: { location_data: location } }
  if (contact) return { type: 'CONTACT', content: { contact_data: contact } }
  return { type: 'TEXT', content: { text: body.text ?? '' } }
}
