import type { FinderPost } from '@charsu/protocol/posts'
import { isPublicState } from './post-states.ts'
import type { Post } from './store.ts'

/**
 * A post as apps may see it, or null while it is not public: before its first publication, and once removed
 * (wire contract §8). A post that is edited or retired later stays known, by its state.
 */
export function finderPost(post: Post): FinderPost | null {
  const { state } = post
  const wasPublished = post.first_published_at !== null || state === 'PUBLISHED' || state === 'RETIRED'
  return wasPublished && isPublicState(state) ? publicData(post, state) : null
}

/** A post as its owner's apps hear of it, published or not (wire contract §5). @throws when it is removed. */
export function eventPost(post: Post): FinderPost {
  const { state } = post
  if (!isPublicState(state)) throw new Error(`a post in state ${state} has nothing to show`)
  return { ...publicData(post, state), is_phone_hidden: post.is_phone_hidden }
}

/** What is not published yet counts from its creation, for the public contract always has a time there. */
function publicData(post: Post, state: FinderPost['state']): FinderPost {
  const business = businessData(post)
  return {
    token: post.token,
    state,
    category: post.category,
    city: post.city,
    district: post.district,
    data: post.data,
    first_published_at: (post.first_published_at ?? post.created_at).toISOString(),
    last_modified_at: post.last_modified_at.toISOString(),
    chat_enabled: post.chat_enabled,
    ...(business && { business_data: business }),
  }
}

/** Undefined for a post of nobody's business. */
export function businessData({ business: { name, type } }: Post): FinderPost['business_data'] {
  if (name === undefined && type === undefined) return undefined
  return {
    ...(name !== undefined && { business_name: name }),
    ...(type !== undefined && { business_type: type }),
  }
}
