import { parseScope } from '@charsu/protocol/scopes'
import type { SubscribeBody } from '../../client/bodies.ts'
import type { Client } from '../../client/client.ts'
import type { Grant } from '../../stores/grant-store.ts'

/** What an app listens to. */
export type Topic = 'messages' | 'posts'

/**
 * The subscriptions that a consent allows, of what the app listens to (wire contract §4). All of them carry who it was,
 * so that an event tells under whose consent it is answered.
 */
export function subscriptionsOf(grant: Grant, topics: ReadonlySet<Topic>): SubscribeBody[] {
  const metadata = {
    ...(grant.userId !== undefined && { charsu_user_id: grant.userId }),
    charsu_grant_id: grant.id,
  }
  const found: SubscribeBody[] = []
  for (const text of grant.scopes) {
    const read = parseScope(text)
    if (!read.ok) continue
    const { name, resource } = read.scope
    if (topics.has('messages') && name === 'CHAT_POST_CONVERSATIONS_READ' && resource !== undefined) {
      found.push({ event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: resource, metadata })
    }
    if (topics.has('messages') && name === 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ') {
      found.push({ event_type: 'NEW_MESSAGE_ON_POST', metadata })
    }
    if (topics.has('posts') && name === 'USER_POSTS_GET') found.push({ event_type: 'POST_UPDATE', metadata })
  }
  const toAll = found.some(
    ({ event_type, event_resource_id }) =>
      event_type === 'NEW_MESSAGE_ON_POST' && event_resource_id === undefined,
  )
  // Two subscriptions that match one message would deliver it twice.
  return toAll ? found.filter(({ event_resource_id }) => event_resource_id === undefined) : found
}

/** Makes them with the token as it is: they end with it. */
export async function subscribe(client: Client, grant: Grant, topics: ReadonlySet<Topic>): Promise<void> {
  const user = client.as(grant.accessToken)
  for (const subscription of subscriptionsOf(grant, topics)) await user.subscribe(subscription)
}
