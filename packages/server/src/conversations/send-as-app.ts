import type { MessageToSend } from '@charsu/protocol/send-message'
import type { AppUserCaller } from '../access/callers.ts'
import { requireDevelopmentPost } from '../access/development-posts.ts'
import type { ConversationFactsCache } from './conversation-facts.ts'
import { conversationIdOf } from './conversation-id.ts'
import { readIdempotency } from './idempotency.ts'
import { type SendAnswer, type SendForUserDeps, sendForUser } from './send-for-user.ts'
import { allowsConversation, requireWiderScope } from './send-permission.ts'

export interface SendAsAppDeps extends SendForUserDeps {
  facts: ConversationFactsCache
}

export interface SendAsAppInput {
  caller: AppUserCaller
  conversationId: string
  message: MessageToSend
  idempotencyKey: string | string[] | undefined
  /** W3C trace context of the request, if it has one. */
  traceparent: string | null
}

/**
 * An app speaks in a conversation as the token's user (wire contract §2).
 * @throws 403 no scope for it, or a development app on another than a development post.
 */
export async function sendAsApp(deps: SendAsAppDeps, input: SendAsAppInput): Promise<SendAnswer> {
  const { caller, message, traceparent } = input
  const conversationId = conversationIdOf(input.conversationId)
  const idempotency = readIdempotency(input.idempotencyKey, [conversationId, caller.token.userId, message])
  await requireAllowed(deps, caller, conversationId)
  return sendForUser(deps, { caller, conversationId, message, idempotency, traceparent })
}

/** Looks nothing up for a production app that has the conversation's own scope, and never more than what is cached. */
async function requireAllowed(
  { facts }: SendAsAppDeps,
  caller: AppUserCaller,
  conversationId: string,
): Promise<void> {
  const hasOwnScope = allowsConversation(caller.token, conversationId)
  if (hasOwnScope && !caller.development) return
  const known = await facts.get(conversationId)
  if (!hasOwnScope) requireWiderScope(caller.token, conversationId, known)
  // What is not there, or has no post, is the sender's to refuse.
  if (known?.type === 'POST') requireDevelopmentPost(caller, known.onDevelopmentPost)
}
