import type { MessageLimit } from '../access/message-limit.ts'
import { findChatbot } from '../conversations/find-chatbot.ts'
import { openChatbot } from '../conversations/open-chatbot.ts'
import type { MessageSender } from '../conversations/send-message.ts'
import type { Database } from '../db/database.ts'
import { ApiError, type CodeName } from '../errors.ts'
import { type ClickFailure, type Effect, failure } from './click-result.ts'
import type { TouchpointRequest } from './touchpoint-request.ts'

export interface StartChatbotDeps {
  db: Database
  sender: Pick<MessageSender, 'send'>
  /** It is a message of theirs like any other. */
  messageLimit: Pick<MessageLimit, 'counted'>
}

/** The page of a user's conversation with an app's chatbot (wire contract §9). */
const chatbotPath = (slug: string): string => `/chat/addon_${slug}`

/** The first message to a chatbot that was opened from a touchpoint (wire contract §9). */
function startText(request: TouchpointRequest): string {
  const about = 'postToken' in request ? request.postToken : ''
  const id = 'conversationId' in request ? request.conversationId : about
  return id === '' ? `/start ${request.touchpoint}` : `/start ${request.touchpoint} ${id}`
}

const REFUSALS: Partial<Record<CodeName, { failure: ClickFailure }>> = {
  FAILED_PRECONDITION: failure(
    'CHAT_REFUSED',
    'the user has blocked the app’s chatbot: only they can change that',
  ),
  RESOURCE_EXHAUSTED: failure('TOO_MANY_MESSAGES', 'the user has written too many messages within a minute'),
}

/** START_CHAT_BOT (wire contract §11): the app's chatbot hears, from the user, where they come from; then they chat. */
export async function startChatbot(
  { db, sender, messageLimit }: StartChatbotDeps,
  input: {
    app: { id: string; slug: string }
    userId: string
    request: TouchpointRequest
    traceparent: string | null
  },
): Promise<Effect> {
  const { app, userId, request, traceparent } = input
  if (!(await findChatbot(db, app.slug))) {
    return failure('NO_CHATBOT', 'the host has not approved CHAT_BOT_SEND_MESSAGE: ask for it in the console')
  }
  try {
    const { id: conversationId } = await openChatbot(db, { appId: app.id, userId })
    await messageLimit.counted(userId, () =>
      sender.send({
        conversationId,
        senderId: userId,
        app: null,
        idempotency: null,
        type: 'TEXT',
        body: JSON.stringify({ text: startText(request) }),
        traceparent,
      }),
    )
  } catch (error) {
    const refused = error instanceof ApiError ? REFUSALS[error.codeName] : undefined
    if (refused) return refused
    throw error
  }
  return { openUrl: chatbotPath(app.slug) }
}
