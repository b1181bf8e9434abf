import { MESSAGE_TYPES } from '@charsu/protocol/chat-message'
import type { FieldViolation } from '@charsu/protocol/errors'
import {
  NewChatbotMessageEvent,
  NewMessageEvent,
  PostUpdateEvent,
  UserAccessRevocationEvent,
} from '@charsu/protocol/events'
import { isJsonObject, type JsonObject } from '@charsu/protocol/json-object'
import { type Parser, parser } from '@charsu/protocol/parse'
import { quoted } from '@charsu/protocol/text-length'
import { CallRefusedError } from './app-errors.ts'
import type { EventContext } from './contexts/any-context.ts'
import { ChatbotContext } from './contexts/chatbot-context.ts'
import { MessageContext } from './contexts/message-context.ts'
import { PostContext } from './contexts/post-context.ts'
import { RevocationContext } from './contexts/revocation-context.ts'
import { UnknownEventContext } from './contexts/unknown-event-context.ts'
import type { Call } from './services.ts'

/** An event whose shape was checked. */
export interface ReadEvent {
  /** As the platform names it. */
  type: string
  /** Tells it from every other event where no `webhook-id` came; undefined where nothing in it does. */
  ownId: string | undefined
  /** Events of one lane are handled one after another. */
  lane: string
  context(call: Call): EventContext
}

const newMessage = parser(NewMessageEvent)
const newChatbotMessage = parser(NewChatbotMessageEvent)
const revocation = parser(UserAccessRevocationEvent)
const postUpdate = parser(PostUpdateEvent)

/**
 * Reads the body of an event (wire contract §5). Types that are not known here are events all the same.
 * @throws CallRefusedError that names every wrong field.
 */
export function readEvent(body: JsonObject): ReadEvent {
  const { type } = body
  if (typeof type !== 'string' || type === '') {
    throw new CallRefusedError(400, 'the event has no "type", which must be a string such as NEW_MESSAGE')
  }
  switch (type) {
    case 'NEW_MESSAGE':
      return isOfUnknownKind(body.new_message) ? unknownEvent(type, body) : readMessage(body)
    case 'NEW_CHATBOT_MESSAGE':
      return isOfUnknownKind(body.new_chatbot_message) ? unknownEvent(type, body) : readChatbotMessage(body)
    case 'USER_ACCESS_REVOCATION': {
      const event = parsed(revocation, type, body)
      return {
        type,
        ownId: undefined,
        lane: `user ${event.user_access_revocation.user_id}`,
        context: (call) => new RevocationContext(call, event),
      }
    }
    case 'POST_UPDATE': {
      const event = parsed(postUpdate, type, withMetadata(body))
      return {
        type,
        ownId: undefined,
        lane: `post ${event.post_update.post.token}`,
        context: (call) => new PostContext(call, event),
      }
    }
    default:
      return unknownEvent(type, body)
  }
}

function readMessage(body: JsonObject): ReadEvent {
  const event = parsed(newMessage, 'NEW_MESSAGE', withMetadata(body))
  const { id, conversation, sender } = event.new_message
  const postToken = conversation.post_token
  const { side } = sender
  const missing: FieldViolation[] = []
  const description = 'is required in a conversation about a post'
  if (postToken === undefined) missing.push({ field: 'new_message.conversation.post_token', description })
  if (side === undefined) missing.push({ field: 'new_message.sender.side', description })
  if (postToken === undefined || side === undefined) throw wrongShape('NEW_MESSAGE', missing)
  const kind = sender.type === 'HUMAN' ? 'message' : 'app_message'
  return {
    type: event.type,
    ownId: `NEW_MESSAGE:${id}`,
    lane: `conversation ${conversation.id}`,
    context: (call) => new MessageContext(call, kind, { event, postToken, side }) as EventContext,
  }
}

function readChatbotMessage(body: JsonObject): ReadEvent {
  const event = parsed(newChatbotMessage, 'NEW_CHATBOT_MESSAGE', body)
  const { id, conversation } = event.new_chatbot_message
  return {
    type: event.type,
    ownId: `NEW_CHATBOT_MESSAGE:${id}`,
    lane: `conversation ${conversation.id}`,
    context: (call) => new ChatbotContext(call, event),
  }
}

function unknownEvent(type: string, body: JsonObject): ReadEvent {
  return {
    type,
    ownId: undefined,
    lane: `type ${type}`,
    context: (call) => new UnknownEventContext(call, type, body),
  }
}

/** A kind of message that came after this version: as good as an event that is not known. */
function isOfUnknownKind(message: unknown): boolean {
  if (!isJsonObject(message) || typeof message.type !== 'string') return false
  return !MESSAGE_TYPES.some((type) => type === message.type)
}

/** Kenar may leave it out where a subscription has none. */
const withMetadata = (body: JsonObject): JsonObject => ({ ...body, metadata: body.metadata ?? {} })

function parsed<T>(shape: Parser<T>, type: string, body: JsonObject): T {
  const result = shape.parse(body)
  if (result.ok) return result.value
  throw wrongShape(type, result.violations)
}

const wrongShape = (type: string, violations: readonly FieldViolation[]): CallRefusedError =>
  new CallRefusedError(
    400,
    `the body is no ${quoted(type)} event: ${violations.map(({ field, description }) => `${field} ${description}`).join('; ')}`,
  )
