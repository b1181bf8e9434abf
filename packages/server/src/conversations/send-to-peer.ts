import { encodeChatPeers } from '@charsu/protocol/chat-peers'
import type { OlderMessageToSend } from '@charsu/protocol/older-send-message'
import type { AppUserIds } from '../access/app-user-ids.ts'
import type { AppUserCaller } from '../access/callers.ts'
import { requireDevelopmentPost } from '../access/development-posts.ts'
import { scopeMissing } from '../access/require-permission.ts'
import type { Database } from '../db/database.ts'
import { ApiError, type ReasonOf } from '../errors.ts'
import {
  findPeerConversation,
  type PeerConversation,
  removeUnusedConversation,
} from './find-peer-conversation.ts'
import { readIdempotency } from './idempotency.ts'
import { openConversation } from './open-conversation.ts'
import { type SendAnswer, type SendForUserDeps, sendForUser } from './send-for-user.ts'
import { allowsConversation, allowsPost } from './send-permission.ts'

export interface SendToPeerDeps extends SendForUserDeps {
  db: Database
  userIds: Pick<AppUserIds, 'toUserId'>
}

export interface SendToPeerInput {
  caller: AppUserCaller
  request: OlderMessageToSend
  idempotencyKey: string | string[] | undefined
  /** W3C trace context of the request, if it has one. */
  traceparent: string | null
}

/**
 * The older form of sending (wire contract §2): the conversation is the one of these two people about this post, and
 * is opened if there is none. It goes on as {@link sendForUser} does; what a refused message had opened is taken back.
 * @throws 403 the user is not the token's, no scope for it, or neither of the two owns the post; 404 no such post or
 * peer; 412 restricted, or the post's chat is off.
 */
export async function sendToPeer(deps: SendToPeerDeps, input: SendToPeerInput): Promise<SendAnswer> {
  const { caller, request, traceparent } = input
  const idempotency = readIdempotency(input.idempotencyKey, request, 'chat/conversation')
  const pair = await resolvePair(deps, caller, request)
  for (let attempt = 1; ; attempt++) {
    const { id: conversationId, isNew } = await theirConversation(deps.db, pair)
    try {
      return await sendForUser(deps, {
        caller,
        conversationId,
        message: request.message,
        idempotency,
        traceparent,
      })
    } catch (error) {
      if (isNew) await removeUnusedConversation(deps.db, conversationId)
      // Another call had opened it, and took it back when its own message was refused.
      const isGone = error instanceof ApiError && error.reason === 'CONVERSATION_UNKNOWN'
      if (!isGone || attempt === MOST_ATTEMPTS) throw error
      pair.conversationId = null
    }
  }
}

/** Each is lost to one other call that opened the conversation and was then refused: more than come at once. */
const MOST_ATTEMPTS = 50

interface Pair {
  postToken: string
  buyerId: string
  /** A buyer finds published posts only; the owner has all of them. */
  onlyPublished: boolean
  conversationId: string | null
}

async function resolvePair(
  { db, userIds }: SendToPeerDeps,
  caller: AppUserCaller,
  { userId, peerId, postToken }: OlderMessageToSend,
): Promise<Pair> {
  const { token } = caller
  if (userIds.toUserId(caller.appId, userId) !== token.userId) throw notTheTokensUser()
  const peer = userIds.toUserId(caller.appId, peerId)
  const found = await findPeerConversation(db, { postToken, userId: token.userId, peerId: peer })
  const ofPeers = `CHAT_MESSAGE_SEND.${encodeChatPeers(userId, postToken, peerId)}`
  if (!token.scopes.has(ofPeers) && !allowsOtherwise(caller, postToken, found)) throw scopeMissing([ofPeers])
  if (!found) throw unknown('post', postToken, 'POST_UNKNOWN')
  requireDevelopmentPost(caller, found.post.development)
  const isKnown = found.peerExists || found.conversationId !== null
  if (peer === null || !isKnown) throw unknown('user', peerId, 'USER_UNKNOWN')
  const isOwner = found.post.ownerId === token.userId
  if (!isOwner && found.post.ownerId !== peer) throw ofNeither(postToken)
  return {
    postToken,
    buyerId: isOwner ? peer : token.userId,
    onlyPublished: !isOwner,
    conversationId: found.conversationId,
  }
}

function allowsOtherwise(caller: AppUserCaller, postToken: string, found: PeerConversation | null): boolean {
  if (!found) return false
  const { conversationId, post } = found
  if (conversationId !== null && allowsConversation(caller.token, conversationId)) return true
  return post.ownerId === caller.token.userId && allowsPost(caller.token, postToken)
}

async function theirConversation(
  db: Database,
  { conversationId, ...pair }: Pair,
): Promise<{ id: string; isNew: boolean }> {
  if (conversationId !== null) return { id: conversationId, isNew: false }
  return await openConversation(db, pair)
}

const notTheTokensUser = (): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    'user_id is not the token’s user: an app sends as the user who allowed it, whose id GET /v1/open-platform/users answers',
    { reason: 'NOT_THE_TOKENS_USER' },
  )

const ofNeither = (postToken: string): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    `the post ${postToken} is of neither user_id nor peer_id: a conversation has the post’s owner on one side`,
    { reason: 'NOT_A_PARTICIPANT', metadata: { post_token: postToken } },
  )

const unknown = (what: 'post' | 'user', name: string, reason: ReasonOf<'NOT_FOUND'>): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no ${what} ${name}: take it from an event or a session initialization`,
    {
      reason,
    },
  )
