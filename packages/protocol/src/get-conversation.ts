import * as Type from 'typebox'
import type { Side } from './chat-message.ts'

const Conversation = Type.Object({
  id: Type.String(),
  type: Type.Enum(['POST', 'BOT']),
  post_token: Type.Optional(Type.String()),
})

/** A message as GetConversation shows it: `sent_at` is RFC 3339 here, and not the microseconds of events. */
const TextMessage = Type.Object({
  id: Type.String(),
  conversation: Conversation,
  /** In a BOT conversation the type alone. */
  sender: Type.Object({
    side: Type.Optional(Type.Enum(['SELLER', 'BUYER'])),
    type: Type.Enum(['HUMAN', 'BOT']),
  }),
  type: Type.Literal('TEXT'),
  sent_at: Type.String({ format: 'date-time' }),
  text: Type.String(),
})

/**
 * What `GET /v1/open-platform/chat/conversations/{conversation_id}` answers (wire contract §9). At every depth exactly
 * the public fields: some generated clients refuse any other.
 */
export const GetConversationAnswer = Type.Object({
  conversation: Conversation,
  messages: Type.Array(TextMessage),
})

export type GetConversationAnswer = Type.Static<typeof GetConversationAnswer>

export interface ConversationToRead {
  id: string
  /** Null in a BOT conversation. */
  postToken: string | null
}

export interface MessageToRead {
  id: string
  /** Which side it went out as; unused in a BOT conversation. */
  side: Side
  byApp: boolean
  /** RFC 3339. */
  sentAt: string
  text: string
}

/** @param messages in the order of the conversation. */
export function getConversationAnswer(
  { id, postToken }: ConversationToRead,
  messages: readonly MessageToRead[],
): GetConversationAnswer {
  const inPost = postToken !== null
  const conversation = inPost
    ? { id, type: 'POST' as const, post_token: postToken }
    : { id, type: 'BOT' as const }
  return {
    conversation,
    messages: messages.map((message) => {
      const type = message.byApp ? ('BOT' as const) : ('HUMAN' as const)
      return {
        id: message.id,
        conversation,
        sender: inPost ? { side: message.side, type } : { type },
        type: 'TEXT' as const,
        sent_at: message.sentAt,
        text: message.text,
      }
    }),
  }
}
