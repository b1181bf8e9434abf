import { MESSAGE_TYPES, type MessageContent } from '@charsu/protocol/chat-message'
import {
  chatMessage,
  NewChatbotMessageEvent,
  NewMessageEvent,
  newChatbotMessageEvent,
  newMessageEvent,
} from '@charsu/protocol/events'
import type { SamplePlace, Trigger } from './trigger.ts'

type MessageType = (typeof MESSAGE_TYPES)[number]

function contentOf(type: MessageType, { url }: SamplePlace): MessageContent {
  const file = (name: string): string => `${url}/media/sample/${name}`
  switch (type) {
    case 'TEXT':
      return { text: 'Hello, is it still available?' }
    case 'IMAGE':
      return { image_data: { link: file('photo.jpg'), size_bytes: 184_320, height_px: 720, width_px: 1280 } }
    case 'FILE':
      return { file_data: { link: file('contract.pdf'), name: 'contract.pdf', size_bytes: 52_480 } }
    case 'VOICE':
      return { voice_data: { link: file('voice.m4a'), size_bytes: 24_576 } }
    case 'VIDEO':
      return {
        video_data: { link: file('tour.mp4'), thumbnail_link: file('tour.jpg'), size_bytes: 2_097_152 },
      }
    case 'LOCATION':
      return { location_data: { latitude: 35.6997, longitude: 51.338 } }
    case 'CONTACT':
      return { contact_data: { name: 'Negar', phone: '09120000000' } }
  }
}

const message = (place: SamplePlace, type: MessageType, inPost: boolean) =>
  chatMessage({
    id: place.newId(),
    conversationId: place.conversationId,
    ...(inPost && { postToken: place.postToken, side: 'BUYER' }),
    byApp: false,
    sentAt: place.now * 1000,
    type,
    content: contentOf(type, place),
  })

const WORDS: Readonly<Record<MessageType, string>> = {
  TEXT: 'text',
  IMAGE: 'a picture',
  FILE: 'a document',
  VOICE: 'a voice message',
  VIDEO: 'a video',
  LOCATION: 'a place on the map',
  CONTACT: 'a contact',
}

/** `new-message` and `new-chatbot-message`, alone for text, and with every content type. */
export const MESSAGE_TRIGGERS: readonly Trigger[] = [
  {
    name: 'new-message',
    by: 'a buyer writes to the seller',
    schema: NewMessageEvent,
    sample: (place: SamplePlace, type: MessageType) => newMessageEvent({}, message(place, type, true)),
  },
  {
    name: 'new-chatbot-message',
    by: 'a user writes to the app’s chatbot',
    schema: NewChatbotMessageEvent,
    sample: (place: SamplePlace, type: MessageType) => newChatbotMessageEvent(message(place, type, false)),
  },
].flatMap(({ name, by, schema, sample }) =>
  MESSAGE_TYPES.map((type) => ({
    name: `${name}:${type.toLowerCase()}`,
    summary: `${by}: ${WORDS[type]}`,
    call: 'event' as const,
    schema,
    sample: (place: SamplePlace) => sample(place, type),
  })),
)
