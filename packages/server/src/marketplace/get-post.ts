import { postTokenFault } from '@charsu/protocol/identifiers'
import type { FinderPost } from '@charsu/protocol/posts'
import type { Database } from '../db/database.ts'
import { ApiError, invalidArgument } from '../errors.ts'
import { finderPost } from './finder-post.ts'
import { findPostByToken } from './store.ts'

/**
 * A post's public data (wire contract §8).
 * @throws 400 what is no post token, 404 unknown or not public.
 */
export async function getPost(db: Database, token: string): Promise<FinderPost> {
  const fault = postTokenFault(token)
  if (fault) throw invalidArgument([{ field: 'token', description: fault }])
  const post = await findPostByToken(db, token)
  const answer = post && finderPost(post)
  if (answer) return answer
  throw new ApiError(
    'NOT_FOUND',
    `there is no published post ${token}: check its token, or wait until it is published`,
    { reason: 'POST_UNKNOWN', metadata: { post_token: token } },
  )
}
