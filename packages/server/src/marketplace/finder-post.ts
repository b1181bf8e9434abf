import type { FinderPost, PostState } from '@charsu/protocol/posts'
import { POST_STATES } from '@charsu/protocol/posts'
import type { Post } from './store.ts'

const isPostState = (state: string): state is PostState => POST_STATES.some((known) => known === state)

/**
 * A post as apps may see it, or null while it is not public: before its first publication, and once removed
 * (wire contract §8). A post that is edited or retired later stays known, by its state.
 */
export function finderPost(post: Post): FinderPost | null {
  const { state } = post
  if (!isPostState(state)) return null
  const wasPublished = post.first_published_at !== null || state === 'PUBLISHED' || state === 'RETIRED'
  if (!wasPublished) return null
  const firstPublishedAt = post.first_published_at ?? post.created_at
  return {
    token: post.token,
    state,
    category: post.category,
    city: post.city,
    district: post.district,
    data: post.data,
    first_published_at: firstPublishedAt.toISOString(),
    last_modified_at: (post.last_modified_at ?? firstPublishedAt).toISOString(),
    chat_enabled: post.chat_enabled,
  }
}
