import * as Type from 'typebox'
import { ChatMessage } from './chat-message.ts'
import { type JsonObject, jsonObject } from './json-object.ts'
import type { OlderMessageEvent } from './older-message-event.ts'
import { FinderPost } from './posts.ts'

export { ChatMessage, chatMessage, type MessageContent } from './chat-message.ts'

/** The kinds of event an app can receive (wire contract §5). */
export const EVENT_TYPES = [
  'NEW_MESSAGE',
  'NEW_CHATBOT_MESSAGE',
  'USER_ACCESS_REVOCATION',
  'POST_UPDATE',
  'PAYMENT_TRANSACTION',
  // The older subscription's only kind (wire contract §4).
  'CHAT_MESSAGE',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

export const POST_UPDATE_TYPES = ['PUBLISH', 'RETIRE', 'ONGOING', 'ARCHIVE'] as const

export type PostUpdateType = (typeof POST_UPDATE_TYPES)[number]

export const NewMessageEvent = Type.Object({
  type: Type.Literal('NEW_MESSAGE'),
  metadata: jsonObject("the subscription's metadata"),
  new_message: ChatMessage,
})

export const NewChatbotMessageEvent = Type.Object({
  type: Type.Literal('NEW_CHATBOT_MESSAGE'),
  new_chatbot_message: ChatMessage,
})

export const UserAccessRevocationEvent = Type.Object({
  type: Type.Literal('USER_ACCESS_REVOCATION'),
  user_access_revocation: Type.Object({ user_id: Type.String() }),
})

export const PostUpdateEvent = Type.Object({
  type: Type.Literal('POST_UPDATE'),
  metadata: jsonObject("the subscription's metadata"),
  post_update: Type.Object({
    type: Type.Enum([...POST_UPDATE_TYPES]),
    post: Type.Union([FinderPost, Type.Object({ token: Type.String() })]),
  }),
})

export type NewMessageEvent = Type.Static<typeof NewMessageEvent>
export type NewChatbotMessageEvent = Type.Static<typeof NewChatbotMessageEvent>
export type UserAccessRevocationEvent = Type.Static<typeof UserAccessRevocationEvent>
export type PostUpdateEvent = Type.Static<typeof PostUpdateEvent>

/** The body of a call to an app's events URL, or to the URL of an older subscription. */
export type WebhookEvent =
  | NewMessageEvent
  | OlderMessageEvent
  | NewChatbotMessageEvent
  | UserAccessRevocationEvent
  | PostUpdateEvent

/** A message in a POST conversation, for the subscription whose metadata it echoes. */
export function newMessageEvent(metadata: JsonObject, message: ChatMessage): NewMessageEvent {
  return { type: 'NEW_MESSAGE', metadata, new_message: message }
}

/** What a user wrote to an app's chatbot; needs no subscription, so it carries no metadata. */
export function newChatbotMessageEvent(message: ChatMessage): NewChatbotMessageEvent {
  return { type: 'NEW_CHATBOT_MESSAGE', new_chatbot_message: message }
}

/** A user took the consent back; `userId` is the user's pseudonym towards the app. */
export function userAccessRevocationEvent(userId: string): UserAccessRevocationEvent {
  return { type: 'USER_ACCESS_REVOCATION', user_access_revocation: { user_id: userId } }
}

/** A post changed. RETIRE and ARCHIVE carry its token only: the post is no longer to be seen. */
export function postUpdateEvent(
  metadata: JsonObject,
  type: PostUpdateType,
  post: FinderPost,
): PostUpdateEvent {
  const gone = type === 'RETIRE' || type === 'ARCHIVE'
  return { type: 'POST_UPDATE', metadata, post_update: { type, post: gone ? { token: post.token } : post } }
}
