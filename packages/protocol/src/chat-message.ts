import * as Type from 'typebox'

export const MESSAGE_TYPES = ['TEXT', 'IMAGE', 'FILE', 'VOICE', 'LOCATION', 'VIDEO', 'CONTACT'] as const

/** Which side of a POST conversation speaks: the post's owner is the seller. */
export type Side = 'SELLER' | 'BUYER'

/** A message as events carry it (wire contract §5). */
export const ChatMessage = Type.Object({
  id: Type.String(),
  conversation: Type.Object({
    id: Type.String(),
    type: Type.Enum(['POST', 'BOT']),
    post_token: Type.Optional(Type.String()),
  }),
  /** In a BOT conversation the type alone. */
  sender: Type.Object({
    side: Type.Optional(Type.Enum(['SELLER', 'BUYER'])),
    type: Type.Enum(['HUMAN', 'BOT']),
  }),
  type: Type.Enum([...MESSAGE_TYPES]),
  sent_at: Type.Integer({ description: 'microseconds since 1970' }),
  text: Type.Optional(Type.String()),
  image_data: Type.Optional(
    Type.Object({
      link: Type.String(),
      size_bytes: Type.Integer(),
      height_px: Type.Integer(),
      width_px: Type.Integer(),
    }),
  ),
  file_data: Type.Optional(
    Type.Object({ link: Type.String(), name: Type.String(), size_bytes: Type.Integer() }),
  ),
  voice_data: Type.Optional(Type.Object({ link: Type.String(), size_bytes: Type.Integer() })),
  video_data: Type.Optional(
    Type.Object({ link: Type.String(), thumbnail_link: Type.String(), size_bytes: Type.Integer() }),
  ),
  location_data: Type.Optional(Type.Object({ latitude: Type.Number(), longitude: Type.Number() })),
  contact_data: Type.Optional(Type.Object({ name: Type.Optional(Type.String()), phone: Type.String() })),
})

export type ChatMessage = Type.Static<typeof ChatMessage>

/** What a message says, by its type. */
export type MessageContent =
  | Required<Pick<ChatMessage, 'text'>>
  | Required<Pick<ChatMessage, 'image_data'>>
  | Required<Pick<ChatMessage, 'file_data'>>
  | Required<Pick<ChatMessage, 'voice_data'>>
  | Required<Pick<ChatMessage, 'video_data'>>
  | Required<Pick<ChatMessage, 'location_data'>>
  | Required<Pick<ChatMessage, 'contact_data'>>

/** What tells one message of a conversation from another. */
export interface ChatMessageFacts {
  id: string
  conversationId: string
  /** The conversation's post; absent in a BOT conversation. */
  postToken?: string | undefined
  /** Needed in a POST conversation, unused in a BOT one. */
  side?: Side | undefined
  /** Whether an app sent it. */
  byApp: boolean
  /** Microseconds since 1970. */
  sentAt: number
  type: ChatMessage['type']
  content: MessageContent
}

/** A message in the form of events: fields in the contract's order, and none that does not apply. */
export function chatMessage(facts: ChatMessageFacts): ChatMessage {
  const by = facts.byApp ? 'BOT' : 'HUMAN'
  const inPost = facts.postToken !== undefined
  return {
    id: facts.id,
    conversation: inPost
      ? { id: facts.conversationId, type: 'POST', post_token: facts.postToken }
      : { id: facts.conversationId, type: 'BOT' },
    sender: inPost && facts.side !== undefined ? { side: facts.side, type: by } : { type: by },
    type: facts.type,
    sent_at: facts.sentAt,
    ...facts.content,
  }
}
