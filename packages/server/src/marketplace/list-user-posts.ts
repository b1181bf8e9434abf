import type { UserPostSummary } from '@charsu/protocol/posts'
import type { AppUserCaller } from '../access/callers.ts'
import { requireScope } from '../access/require-permission.ts'
import type { Database } from '../db/database.ts'
import { listPostsOf } from './store.ts'

/** Those that are published, or on their way there; retired and removed ones are history. */
const LISTED_STATES = ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ'] as const

/** The public contract knows no pages, so the answer needs an end. */
const MOST_POSTS = 500

/**
 * The posts of the token's user, newest first, at most 500 (wire contract §8); for a development app the development
 * posts among them.
 * @throws 403 without USER_POSTS_GET.
 */
export async function listUserPosts(
  db: Database,
  { token, development }: Pick<AppUserCaller, 'token' | 'development'>,
): Promise<{ posts: UserPostSummary[] }> {
  requireScope(token, ['USER_POSTS_GET'])
  const posts = await listPostsOf(db, token.userId, {
    states: LISTED_STATES,
    developmentOnly: development,
    limit: MOST_POSTS,
  })
  return {
    posts: posts.map((post) => ({
      token: post.token,
      title: post.title,
      images: post.images,
      category: post.category,
      is_phone_hidden: post.is_phone_hidden,
    })),
  }
}
