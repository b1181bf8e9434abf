import type { PostUpdateType } from '@charsu/protocol/events'
import type { FinderPost } from '@charsu/protocol/posts'
import type { Tx } from '../db/database.ts'
import { appendDeliveries } from '../delivery/append-deliveries.ts'
import { insertFacts, subscriptionsToPosts } from './fact-store.ts'

/** A post of which its owner's apps are to hear; its row is locked by the transaction, or new in it. */
export interface PostUpdate {
  id: string
  ownerId: string
  development: boolean
  type: PostUpdateType
}

/** The post as apps see it; its token alone once it is no longer to be seen. */
export type UpdatedPost = FinderPost | { token: string }

export interface PublishOptions {
  /** The posts as they look now, by id; asked only for those of which somebody hears. */
  posts(heard: readonly PostUpdate[]): Promise<ReadonlyMap<string, UpdatedPost>>
  /** W3C trace context of the request that changed them. */
  traceparent: string | null
}

/** A post's data may have 64 KiB, so that not all of a thousand are held at once. */
const POSTS_AT_ONCE = 100

/**
 * Writes a POST_UPDATE for every subscription that covers one of these posts, in the transaction of the change (wire
 * contract §5). The fact is what the post looks like now, so that what is sent is the same over retries, whatever
 * becomes of the post meanwhile. Its deliveries rest on the grant of their subscription.
 * @returns whether any delivery is due now.
 */
export async function publishPostUpdates(
  tx: Tx,
  updates: readonly PostUpdate[],
  { posts, traceparent }: PublishOptions,
): Promise<boolean> {
  if (updates.length === 0) return false
  const hearers = await subscriptionsToPosts(tx, updates)
  if (hearers.length === 0) return false

  const facts = new Map<number, string>()
  const heard = [...new Set(hearers.map(({ post }) => post))]
  for (let i = 0; i < heard.length; i += POSTS_AT_ONCE) {
    const places = heard.slice(i, i + POSTS_AT_ONCE)
    const seen = await posts(places.map((place) => updates[place]!))
    const payloads = places.map((place) => ({
      type: updates[place]!.type,
      post: seen.get(updates[place]!.id),
    }))
    for (const [n, factId] of (await insertFacts(tx, 'POST_UPDATE', payloads)).entries()) {
      facts.set(places[n]!, factId)
    }
  }
  return appendDeliveries(
    tx,
    hearers.map(({ post, subscriptionId, endpointId, grantId }) => ({
      endpointId,
      lane: updates[post]!.id,
      subscriptionId,
      eventType: 'POST_UPDATE',
      factId: facts.get(post)!,
      grantId,
      traceparent,
    })),
  )
}
