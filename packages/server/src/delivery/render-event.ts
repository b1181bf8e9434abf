import {
  chatMessage,
  type EventType,
  newChatbotMessageEvent,
  newMessageEvent,
  type PostUpdateType,
  postUpdateEvent,
  userAccessRevocationEvent,
  type WebhookEvent,
} from '@charsu/protocol/events'
import type { JsonObject } from '@charsu/protocol/json-object'
import { type OlderMessageMetadata, olderMessageEvent } from '@charsu/protocol/older-message-event'
import type { FinderPost } from '@charsu/protocol/posts'
import type { AppUserIds } from '../access/app-user-ids.ts'
import type { MediaLinks } from './media-links.ts'
import { type SentMessage, wireContent } from './wire-content.ts'

/** A message as event_content (db/migrations/0003_finish_deliveries.sql) returns it. */
export interface MessageContent extends SentMessage {
  id: string
  /** Microseconds since 1970. */
  sent_at: number
  by_app: boolean
  by_supplier: boolean | null
  /** Null in a BOT conversation. */
  supplier_id: string | null
  demand_id: string
  conversation: { id: string; type: 'POST' | 'BOT'; post_token: string | null }
}

/** The payload of an event fact, which is what the app is told. */
export interface RevocationContent {
  /** The user's pseudonym towards the app. */
  user_id: string
}

/** The payload of a POST_UPDATE: the post as it was then, or its token alone. */
export interface PostUpdateContent {
  type: PostUpdateType
  post: FinderPost
}

export interface EventSource {
  eventType: EventType | (string & {})
  /** The subscription's metadata; null for events that need none. */
  metadata: JsonObject | null
  content: unknown
}

/** What the text of an event is made with, beside its rows. */
export interface EventRendering {
  userIds: Pick<AppUserIds, 'toPublic'>
  media: MediaLinks
}

/**
 * The exact text that an app receives for an event (wire contract §5), or undefined for a type that is not sent.
 * A pure function of rows that never change, so the bytes and their signature's input are equal over all retries.
 */
export function renderEvent(
  rendering: EventRendering,
  appId: string,
  source: EventSource,
): string | undefined {
  // Whoever wrote it was deleted; nobody is told of it any more.
  if ((source.content as Partial<MessageContent>).body?.deleted) return undefined
  const event = toEvent(rendering, appId, source)
  return event && JSON.stringify(event)
}

function toEvent(
  { userIds, media }: EventRendering,
  appId: string,
  { eventType, metadata, content }: EventSource,
): WebhookEvent | undefined {
  switch (eventType) {
    case 'NEW_MESSAGE':
      return newMessageEvent(metadata ?? {}, toChatMessage(media, content as MessageContent))
    case 'NEW_CHATBOT_MESSAGE':
      return newChatbotMessageEvent(toChatMessage(media, content as MessageContent))
    case 'CHAT_MESSAGE': {
      const message = content as MessageContent
      return olderMessageEvent({
        id: message.id,
        text: message.body.text ?? '',
        sentAt: message.sent_at,
        supplierId: userIds.toPublic(appId, message.supplier_id!),
        demandId: userIds.toPublic(appId, message.demand_id),
        bySupplier: message.by_supplier === true,
        metadata: metadata as OlderMessageMetadata,
      })
    }
    case 'USER_ACCESS_REVOCATION':
      return userAccessRevocationEvent((content as RevocationContent).user_id)
    case 'POST_UPDATE': {
      const { type, post } = content as PostUpdateContent
      return postUpdateEvent(metadata ?? {}, type, post)
    }
    default:
      return undefined
  }
}

function toChatMessage(media: MediaLinks, message: MessageContent) {
  const from = Math.floor(message.sent_at / 1000)
  return chatMessage({
    id: message.id,
    conversationId: message.conversation.id,
    postToken: message.conversation.post_token ?? undefined,
    side: message.by_supplier ? 'SELLER' : 'BUYER',
    byApp: message.by_app,
    sentAt: message.sent_at,
    ...wireContent(message, (mediaId, variant) => media.link(mediaId, variant, from)),
  })
}
