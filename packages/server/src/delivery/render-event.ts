import {
  type EventType,
  newChatbotMessageEvent,
  newMessageEvent,
  textChatMessage,
  userAccessRevocationEvent,
  type WebhookEvent,
} from '@charsu/protocol/events'
import type { JsonObject } from '@charsu/protocol/json-object'

/** A message as describe_deliveries (db/migrations/0003_finish_deliveries.sql) returns it. */
export interface MessageContent {
  id: string
  type: string
  body: { text?: string }
  /** Microseconds since 1970. */
  sent_at: number
  by_app: boolean
  by_supplier: boolean | null
  conversation: { id: string; type: 'POST' | 'BOT'; post_token: string | null }
}

/** The payload of an event fact, which is what the app is told. */
export interface RevocationContent {
  /** The user's pseudonym towards the app. */
  user_id: string
}

export interface EventSource {
  eventType: EventType | (string & {})
  /** The subscription's metadata; null for events that need none. */
  metadata: JsonObject | null
  content: unknown
}

/**
 * The exact text that an app receives for an event (wire contract §5), or undefined for a type that is not sent.
 * A pure function of rows that never change, so the bytes and their signature's input are equal over all retries.
 */
export function renderEvent(source: EventSource): string | undefined {
  const event = toEvent(source)
  return event && JSON.stringify(event)
}

function toEvent({ eventType, metadata, content }: EventSource): WebhookEvent | undefined {
  switch (eventType) {
    case 'NEW_MESSAGE':
      return newMessageEvent(metadata ?? {}, chatMessage(content as MessageContent))
    case 'NEW_CHATBOT_MESSAGE':
      return newChatbotMessageEvent(chatMessage(content as MessageContent))
    case 'USER_ACCESS_REVOCATION':
      return userAccessRevocationEvent((content as RevocationContent).user_id)
    default:
      return undefined
  }
}

function chatMessage(message: MessageContent) {
  return textChatMessage({
    id: message.id,
    conversationId: message.conversation.id,
    postToken: message.conversation.post_token ?? undefined,
    side: message.by_supplier ? 'SELLER' : 'BUYER',
    byApp: message.by_app,
    sentAt: message.sent_at,
    text: message.body.text ?? '',
  })
}
