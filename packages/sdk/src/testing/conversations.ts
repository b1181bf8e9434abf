import type { ButtonGrid } from '@charsu/protocol/button-grid'
import {
  type ChatMessage,
  chatMessage,
  type MessageContent,
  newChatbotMessageEvent,
  newMessageEvent,
  type WebhookEvent,
} from '@charsu/protocol/events'
import { Refusal } from './refusal.ts'
import type { AccessToken, Consent, Conversation, Message, World } from './world.ts'

export interface SendDeps {
  world: World
  deliveries: { send(event: { lane: string; body: WebhookEvent; consent: Consent | null }): unknown }
}

export interface ToSend {
  conversationId: string
  /** Null for what a chatbot says. */
  senderId: string | null
  byApp: boolean
  content: MessageContent
  senderButtons?: ButtonGrid | undefined
  receiverButtons?: ButtonGrid | undefined
}

/**
 * Puts a message into a conversation, and its events on their way (wire contract §2, §5, §9).
 * @throws Refusal 404 unknown conversation, 403 the sender takes no part, 412 blocked.
 */
export function sendMessage(deps: SendDeps, message: ToSend): Message {
  const { world } = deps
  const conversation = world.conversations.get(message.conversationId)
  if (!conversation) throw unknownConversation(message.conversationId)
  if (!takesPart(conversation, message)) throw notParticipant(sendInstead(message))
  if (world.isBlocked(conversation)) throw recipientRestricted()
  const last = conversation.messages.at(-1)?.sentAt ?? 0
  const sent: Message = {
    id: world.ids.uuid(),
    conversationId: conversation.id,
    senderId: message.senderId,
    byApp: message.byApp,
    type: typeOf(message.content),
    content: message.content,
    senderButtons: message.senderButtons,
    receiverButtons: message.receiverButtons,
    sentAt: Math.max(world.now() * 1000, last + 1),
  }
  conversation.messages.push(sent)
  tellApp(deps, conversation, sent)
  return sent
}

function takesPart(conversation: Conversation, { senderId, byApp }: ToSend): boolean {
  if (conversation.type === 'BOT') return byApp ? senderId === null : senderId === conversation.demandId
  return senderId !== null && (senderId === conversation.supplierId || senderId === conversation.demandId)
}

function tellApp({ world, deliveries }: SendDeps, conversation: Conversation, message: Message): void {
  const event = wireMessage(conversation, message)
  if (conversation.type === 'BOT') {
    // A chatbot never hears itself.
    if (!message.byApp) {
      deliveries.send({ lane: conversation.id, body: newChatbotMessageEvent(event), consent: null })
    }
    return
  }
  const covering = world.subscriptions.filter(
    ({ type, userId, postToken, hasEnded, token }) =>
      type === 'NEW_MESSAGE_ON_POST' &&
      userId === conversation.supplierId &&
      (postToken === null || postToken === conversation.postToken) &&
      !hasEnded &&
      token.expiresAt > world.now(),
  )
  for (const { metadata, token } of covering) {
    deliveries.send({ lane: conversation.id, body: newMessageEvent(metadata, event), consent: token.consent })
  }
}

const wireMessage = (conversation: Conversation, message: Message): ChatMessage =>
  chatMessage({
    id: message.id,
    conversationId: conversation.id,
    postToken: conversation.postToken ?? undefined,
    side: message.senderId === conversation.supplierId ? 'SELLER' : 'BUYER',
    byApp: message.byApp,
    sentAt: message.sentAt,
    type: message.type,
    content: message.content,
  })

const TYPES = {
  text: 'TEXT',
  image_data: 'IMAGE',
  file_data: 'FILE',
  voice_data: 'VOICE',
  video_data: 'VIDEO',
  location_data: 'LOCATION',
  contact_data: 'CONTACT',
} as const

function typeOf(content: MessageContent): ChatMessage['type'] {
  const field = (Object.keys(TYPES) as (keyof typeof TYPES)[]).find((name) => name in content)
  return TYPES[field ?? 'text']
}

/** Whether the token allows sending here (wire contract §2). @throws Refusal naming the scope that would do. */
export function requireSendScope(
  token: AccessToken,
  conversationId: string,
  conversation: Conversation | undefined,
): void {
  const { scopes, consent } = token
  if (scopes.has(`CONVERSATION_SEND_MESSAGE.${conversationId}`)) return
  const ownsPost = conversation?.type === 'POST' && conversation.supplierId === consent.userId
  if (ownsPost && scopes.has('CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND')) return
  if (ownsPost && scopes.has(`CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${conversation.postToken}`)) return
  throw new Refusal(
    'PERMISSION_DENIED',
    `the user has not granted CONVERSATION_SEND_MESSAGE.${conversationId}: ask for that scope at /oauth2/auth`,
    { reason: 'SCOPE_MISSING', metadata: { scope: `CONVERSATION_SEND_MESSAGE.${conversationId}` } },
  )
}

export const unknownConversation = (id: string): Refusal =>
  new Refusal(
    'NOT_FOUND',
    `there is no conversation ${id}: take its id from an event or a session initialization`,
    { reason: 'CONVERSATION_UNKNOWN' },
  )

export const notParticipant = (instead: string): Refusal =>
  new Refusal('PERMISSION_DENIED', `the user takes no part in this conversation: ${instead}`, {
    reason: 'NOT_A_PARTICIPANT',
  })

const sendInstead = ({ byApp }: ToSend): string =>
  byApp
    ? 'send as a participant; into a conversation of the app’s chatbot send by /v1/open-platform/chat/bot/conversations/{conversation_id}/messages'
    : 'send as a participant'

export const recipientRestricted = (): Refusal =>
  new Refusal('FAILED_PRECONDITION', "message delivery failed due to recipient's restriction", {
    reason: 'RECIPIENT_RESTRICTED',
  })
