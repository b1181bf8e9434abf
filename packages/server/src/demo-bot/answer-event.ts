import type { ChatMessage } from '@charsu/protocol/chat-message'
import type { BotCall } from './bot-call.ts'
import type { BotGrant, BotMemory } from './bot-memory.ts'
import { chatbotMessage, offerMessage } from './bot-messages.ts'
import { languageOf } from './bot-words.ts'
import type { CallEnd, PlatformClient } from './platform-client.ts'

export interface AnswerDeps {
  memory: BotMemory
  platform: PlatformClient
  /** Whether another app has to do with conversations about the post. */
  isTaken(postToken: string): Promise<boolean>
  /** Milliseconds since 1970. */
  now(): number
}

/** Seconds to wait before the event is sent again, or nothing to do about it any more. */
export type EventEnd = { again: number } | null

export const sendScope = (postToken: string): string => `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${postToken}`
export const readScope = (postToken: string): string => `CHAT_POST_CONVERSATIONS_READ.${postToken}`

interface Event {
  type?: unknown
  new_message?: ChatMessage
  new_chatbot_message?: ChatMessage
  user_access_revocation?: { user_id?: unknown }
}

/** Answers what people write, once for each message, however often the event comes; never what an app wrote. */
export async function answerEvent(deps: AnswerDeps, call: BotCall): Promise<EventEnd> {
  const event = (typeof call.body === 'object' && call.body !== null ? call.body : {}) as Event
  switch (event.type) {
    case 'NEW_MESSAGE':
      return event.new_message ? answerMessage(deps, event.new_message, call) : null
    case 'NEW_CHATBOT_MESSAGE':
      return event.new_chatbot_message ? answerChatbot(deps, event.new_chatbot_message, call) : null
    case 'USER_ACCESS_REVOCATION':
      await deps.memory.forget('grant', String(event.user_access_revocation?.user_id))
      return null
    default:
      return null
  }
}

async function answerMessage(deps: AnswerDeps, message: ChatMessage, call: BotCall): Promise<EventEnd> {
  const { id: conversationId, post_token: postToken } = message.conversation
  if (message.sender.type !== 'HUMAN' || postToken === undefined || !(await isOn(deps))) return null
  const grant = await grantFor(deps.memory, postToken)
  if (!grant || (await deps.isTaken(postToken))) return null
  const visit = await deps.memory.get('visit', conversationId)
  const language = languageOf(message.text)
  const booked = visit && Date.parse(visit.time) > deps.now() ? visit.time : null
  const end = await deps.platform.call({
    path: `/v2/open-platform/conversations/${conversationId}/messages`,
    body: offerMessage(language, deps.now(), booked),
    grant,
    idempotencyKey: `answer-${message.id}`,
    traceparent: call.traceparent,
  })
  return whetherAgain(end)
}

async function answerChatbot(deps: AnswerDeps, message: ChatMessage, call: BotCall): Promise<EventEnd> {
  if (message.sender.type !== 'HUMAN' || !(await isOn(deps))) return null
  const end = await deps.platform.call({
    path: `/v1/open-platform/chat/bot/conversations/${message.conversation.id}/messages`,
    body: chatbotMessage(languageOf(message.text), message.text ?? ''),
    idempotencyKey: `answer-${message.id}`,
    traceparent: call.traceparent,
  })
  return whetherAgain(end)
}

/** Somebody who blocks, or whose consent is gone, is not asked twice. */
const whetherAgain = (end: CallEnd): EventEnd => (end.kind === 'later' ? { again: end.after } : null)

const isOn = async ({ memory }: AnswerDeps): Promise<boolean> => (await memory.switch()).enabled

/** Of whoever lets the bot write in conversations about the post. */
export async function grantFor(memory: BotMemory, postToken: string): Promise<BotGrant | null> {
  const grants = await memory.all('grant')
  return grants.find(({ scopes }) => scopes.includes(sendScope(postToken))) ?? null
}
