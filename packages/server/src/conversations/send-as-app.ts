import type { MessageToSend } from '@charsu/protocol/send-message'
import type { AppUserCaller } from '../access/callers.ts'
import { requireDevelopmentPost } from '../access/development-posts.ts'
import { invalidArgument } from '../errors.ts'
import { isUuid, newId } from '../ids.ts'
import type { ConversationFactsCache } from './conversation-facts.ts'
import { readIdempotency } from './idempotency.ts'
import type { MediaSource } from './media-source.ts'
import { composeMessage } from './message-body.ts'
import type { MessageSender } from './send-message.ts'
import { allowsConversation, requireWiderScope } from './send-permission.ts'

export interface SendAsAppDeps {
  sender: MessageSender
  facts: ConversationFactsCache
  media: MediaSource
}

export interface SendAsAppInput {
  caller: AppUserCaller
  conversationId: string
  message: MessageToSend
  idempotencyKey: string | string[] | undefined
  /** W3C trace context of the request, if it has one. */
  traceparent: string | null
}

/** `message_id` is ours, added to the public answer (wire contract §2). */
export interface SendAnswer {
  status: 200
  message: 'success'
  message_id: string
}

/**
 * An app speaks in a conversation as the token's user (wire contract §2).
 * @throws 403 no scope for it, or a development app on another than a development post.
 */
export async function sendAsApp(deps: SendAsAppDeps, input: SendAsAppInput): Promise<SendAnswer> {
  const { caller, message } = input
  if (!isUuid(input.conversationId)) {
    throw invalidArgument([{ field: 'conversation_id', description: 'must be the UUID of a conversation' }])
  }
  const conversationId = input.conversationId.toLowerCase()
  const idempotency = readIdempotency(input.idempotencyKey, [conversationId, caller.token.userId, message])
  await requireAllowed(deps, caller, conversationId)
  const id = newId()
  const owner = { kind: 'app' as const, id: caller.appId }
  const composed = await composeMessage(deps.media, { id, owner, ...message })
  const sent = await deps.sender.send(
    {
      conversationId,
      senderId: caller.token.userId,
      app: { appId: caller.appId, keyId: caller.keyId, tokenId: caller.token.tokenId },
      idempotency,
      ...composed,
      traceparent: input.traceparent,
    },
    id,
  )
  return { status: 200, message: 'success', message_id: sent.id }
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
