import { postTokenFault } from '@charsu/protocol/identifiers'
import type { UserPost } from '@charsu/protocol/posts'
import type { AppUserCaller } from '../access/callers.ts'
import { requireDevelopmentPost } from '../access/development-posts.ts'
import { requireScope } from '../access/require-permission.ts'
import type { Database } from '../db/database.ts'
import { ApiError, invalidArgument } from '../errors.ts'
import { findPostByToken } from './store.ts'
import { userPost } from './user-post.ts'

/**
 * A post of the token's user with what only its owner's apps read, published or not (wire contract §8).
 * @throws 400 what is no post token; 403 without USER_POSTS_GET, for a post of somebody else or of nobody, and for an
 * app in development on any but development posts; 404 once it is removed.
 */
export async function getUserPost(db: Database, caller: AppUserCaller, token: string): Promise<UserPost> {
  const fault = postTokenFault(token)
  if (fault) throw invalidArgument([{ field: 'token', description: fault }])
  requireScope(caller.token, ['USER_POSTS_GET'])
  const post = await findPostByToken(db, token)
  if (post?.owner_id !== caller.token.userId) {
    // Said alike of posts of others and of none, so that nobody can find out which posts exist.
    throw new ApiError(
      'PERMISSION_DENIED',
      `the post ${token} is none of the user’s: what the user granted covers the user’s own posts`,
      { reason: 'POST_NOT_OWNED', metadata: { post_token: token } },
    )
  }
  requireDevelopmentPost(caller, post.for_development)
  const answer = userPost(post)
  if (answer) return answer
  throw new ApiError(
    'NOT_FOUND',
    `the post ${token} was removed: list the user’s posts for those that are there`,
    {
      reason: 'POST_REMOVED',
      metadata: { post_token: token },
    },
  )
}
