import type { Message, MessageSaying } from '../../api/person/message-shapes.ts'
import type { Outgoing } from '../state/outgoing.ts'

/** What a message on its way will be, as far as this page can know. */
export function outgoingAsMessage(entry: Outgoing): Message {
  return {
    id: entry.key,
    conversation_id: entry.conversation_id,
    sequence: 0,
    mine: true,
    sent_at: entry.written_at,
    ...saying(entry),
  }
}

function saying({ body, media }: Outgoing): MessageSaying & { type: string } {
  if (media) {
    const { kind, name, size_bytes } = media
    const link = media.preview_url ?? ''
    switch (kind) {
      case 'image':
        return {
          type: 'IMAGE',
          image_data: { link, size_bytes, width_px: media.width_px ?? 4, height_px: media.height_px ?? 3 },
        }
      case 'video':
        return { type: 'VIDEO', video_data: { link, size_bytes, thumbnail_link: '' } }
      case 'voice':
        return { type: 'VOICE', voice_data: { link, size_bytes } }
      case 'file':
        return { type: 'FILE', file_data: { link, name, size_bytes } }
    }
  }
  if (body && 'location' in body) return { type: 'LOCATION', location_data: body.location }
  if (body && 'contact' in body) return { type: 'CONTACT', contact_data: body.contact }
  return { type: 'TEXT', text: body && 'text' in body ? body.text : '' }
}
