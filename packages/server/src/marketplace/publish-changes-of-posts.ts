import type { Tx } from '../db/database.ts'
import { type PostUpdate, publishPostUpdates, type UpdatedPost } from '../events/publish-post-updates.ts'
import { eventPost } from './finder-post.ts'
import { postUpdateType } from './post-update-type.ts'
import type { WrittenPost } from './post-writes.ts'
import { findPosts } from './store.ts'

/**
 * Publishes what apps are to hear of posts that this transaction has just written (wire contract §5).
 * @returns whether any delivery is due now.
 */
export function publishChangesOfPosts(
  tx: Tx,
  posts: readonly WrittenPost[],
  traceparent: string | null,
): Promise<boolean> {
  const updates = posts.flatMap((post): PostUpdate[] => {
    const type = post.visibly ? postUpdateType(post.stateBefore, post.state) : null
    return type ? [{ id: post.id, ownerId: post.ownerId, development: post.forDevelopment, type }] : []
  })
  return publishPostUpdates(tx, updates, { posts: (heard) => postsAsTheyAre(tx, heard), traceparent })
}

async function postsAsTheyAre(tx: Tx, updates: readonly PostUpdate[]): Promise<Map<string, UpdatedPost>> {
  const posts = await findPosts(
    tx,
    updates.map(({ id }) => id),
  )
  const types = new Map(updates.map(({ id, type }) => [id, type]))
  return new Map(
    posts.map((post) => {
      const type = types.get(post.id)
      return [post.id, type === 'RETIRE' || type === 'ARCHIVE' ? { token: post.token } : eventPost(post)]
    }),
  )
}
