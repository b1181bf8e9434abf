import type { SubscriptionRequest } from '@charsu/protocol/subscription'
import type { UserToken } from '../access/callers.ts'
import { requireScope } from '../access/require-permission.ts'
import { ApiError } from '../errors.ts'

const ALL_CONVERSATIONS = 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'
const OF_POST = 'CHAT_POST_CONVERSATIONS_READ'
const POSTS = 'USER_POSTS_GET'

/**
 * Which scope a subscription needs, and that its post is the user's own (wire contract §4).
 * @param post null when no such post exists, or none was named.
 * @throws 403 naming the scope, or the post that is outside of it; 404 when the user granted the scope of a post that
 * is no longer there.
 */
export function requireSubscriptionScope(
  token: UserToken,
  { eventType, resourceId }: SubscriptionRequest,
  post: { ownerId: string } | null,
): void {
  if (eventType === 'POST_UPDATE') requireScope(token, [POSTS])
  else if (resourceId === undefined) requireScope(token, [ALL_CONVERSATIONS])
  else requireScope(token, [`${OF_POST}.${resourceId}`, ALL_CONVERSATIONS])

  if (resourceId === undefined || post?.ownerId === token.userId) return
  if (post === null && eventType !== 'POST_UPDATE' && token.scopes.has(`${OF_POST}.${resourceId}`)) {
    throw postGone(resourceId)
  }
  throw notOwned(resourceId)
}

/**
 * The same for the older subscription, which one scope alone allows.
 * @returns the post, which is there and the user's own.
 */
export function requirePostConversationsScope<P extends { ownerId: string }>(
  token: UserToken,
  postToken: string,
  post: P | null,
): P {
  requireScope(token, [`${OF_POST}.${postToken}`])
  if (post === null) throw postGone(postToken)
  if (post.ownerId !== token.userId) throw notOwned(postToken)
  return post
}

const postGone = (postToken: string): ApiError =>
  new ApiError('NOT_FOUND', `the post ${postToken} is no longer there: subscribe to another`, {
    reason: 'POST_UNKNOWN',
  })

/** Said alike of posts of others and of none, so that nobody can find out which posts exist. */
const notOwned = (postToken: string): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    `the post ${postToken} is none of the user’s: what the user granted covers the user’s own posts`,
    { reason: 'POST_NOT_OWNED', metadata: { post_token: postToken } },
  )
