import { RefusedError } from '../../client/errors.ts'
import type { Call } from '../services.ts'
import { nextKey } from './idempotency-key.ts'
import type { ChatbotFaces, Said } from './said.ts'

/** Says something in a conversation of the app's chatbot (wire contract §9). */
export async function sayAsChatbot(
  call: Call,
  conversationId: string,
  what: Said,
  faces: ChatbotFaces,
): Promise<void> {
  const idempotencyKey = await nextKey(call)
  const body = typeof what === 'string' ? { text_message: what } : { media_token: what.mediaToken }
  await sentOnce(
    call.services.client.sendChatbotMessage(
      conversationId,
      { ...body, ...(faces.buttons && { buttons: faces.buttons }) },
      { idempotencyKey },
    ),
  )
}

/**
 * A handler that runs again may put it in other words, with the time of day for example; the first time's words are in
 * the chat already, and stay the only ones.
 */
export async function sentOnce(sending: Promise<unknown>): Promise<void> {
  try {
    await sending
  } catch (error) {
    if (error instanceof RefusedError && error.reason === 'IDEMPOTENCY_KEY_REUSED') return
    throw error
  }
}
