import type { ChatMessage } from '@charsu/protocol/chat-message'

/** An image; the link is good for a while. */
export interface ImagePart {
  link: string
  sizeBytes: number
  heightPx: number
  widthPx: number
}

export interface FilePart {
  link: string
  name: string
  sizeBytes: number
}

export interface VoicePart {
  link: string
  sizeBytes: number
}

export interface VideoPart {
  link: string
  thumbnailLink: string
  sizeBytes: number
}

export interface LocationPart {
  latitude: number
  longitude: number
}

export interface ContactPart {
  name?: string | undefined
  phone: string
}

/** What a message says; one of them, by its type. */
export interface MessageParts {
  text?: string | undefined
  image?: ImagePart | undefined
  file?: FilePart | undefined
  voice?: VoicePart | undefined
  location?: LocationPart | undefined
  video?: VideoPart | undefined
  contact?: ContactPart | undefined
}

/** The kinds of message, as filters name them. */
export type MessageKind = keyof MessageParts

export const MESSAGE_KINDS = {
  text: 'TEXT',
  image: 'IMAGE',
  file: 'FILE',
  voice: 'VOICE',
  location: 'LOCATION',
  video: 'VIDEO',
  contact: 'CONTACT',
} as const satisfies Record<MessageKind, ChatMessage['type']>

/** What a message says. */
export function messageParts(message: ChatMessage): MessageParts {
  const { text, image_data, file_data, voice_data, location_data, video_data, contact_data } = message
  return {
    ...(text !== undefined && { text }),
    ...(image_data && {
      image: {
        link: image_data.link,
        sizeBytes: image_data.size_bytes,
        heightPx: image_data.height_px,
        widthPx: image_data.width_px,
      },
    }),
    ...(file_data && {
      file: { link: file_data.link, name: file_data.name, sizeBytes: file_data.size_bytes },
    }),
    ...(voice_data && { voice: { link: voice_data.link, sizeBytes: voice_data.size_bytes } }),
    ...(location_data && { location: location_data }),
    ...(video_data && {
      video: {
        link: video_data.link,
        thumbnailLink: video_data.thumbnail_link,
        sizeBytes: video_data.size_bytes,
      },
    }),
    ...(contact_data && { contact: contact_data }),
  }
}
