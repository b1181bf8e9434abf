import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { newId } from '../ids.ts'

export interface SubscribedPost {
  id: string
  ownerId: string
  development: boolean
}

export async function findPost(db: Database, token: string): Promise<SubscribedPost | null> {
  const row = await db
    .selectFrom('posts')
    .select(['id', 'owner_id', 'for_development'])
    .where('token', '=', token)
    .executeTakeFirst()
  return row ? { id: row.id, ownerId: row.owner_id, development: row.for_development } : null
}

/** Whether the app is in development, which no approval changes before the transaction ends. */
export async function lockDevelopment(tx: Tx, appId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('apps')
    .select('development')
    .where('id', '=', appId)
    .forShare()
    .executeTakeFirst()
  return row?.development === true
}

export async function endpointOf(tx: Tx, appId: string): Promise<{ id: string; url: string | null } | null> {
  const row = await tx
    .selectFrom('endpoints')
    .select(['id', 'url'])
    .where('app_id', '=', appId)
    .where('kind', '=', 'events')
    .executeTakeFirst()
  return row ?? null
}

/** Locks the token's grant and answers when the token ends, or null when it, or the grant, has already. */
export async function lockLiveToken(
  tx: Tx,
  token: { tokenId: string; grantId: string },
): Promise<Date | null> {
  await tx
    .selectFrom('grants')
    .select('id')
    .where('id', '=', token.grantId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  // Its own statement, so that it sees what the lock's previous holder left.
  const row = await tx
    .selectFrom('access_tokens as t')
    .innerJoin('grants as g', 'g.id', 't.grant_id')
    .select('t.expires_at')
    .where('t.id', '=', token.tokenId)
    .where('t.revoked_at', 'is', null)
    .where('g.revoked_at', 'is', null)
    .where('t.expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst()
  return row?.expires_at ?? null
}

export interface NewSubscription {
  appId: string
  userId: string
  grantId: string
  tokenId: string
  endpointId: string
  eventType: string
  /** Null for all posts of the user. */
  postId: string | null
  metadata: Record<string, unknown>
  expiresAt: Date
  /** Made by a development app for all posts: it hears of development posts alone (wire contract §12). */
  developmentOnly?: boolean
}

/** Ends what is there for the same app, user, type and post; the caller holds the grant's lock. */
export async function replaceSubscription(tx: Tx, subscription: NewSubscription): Promise<void> {
  const { appId, userId, eventType, postId } = subscription
  await tx
    .updateTable('subscriptions')
    .set({ ended_at: sql<Date>`clock_timestamp()` })
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('event_type', '=', eventType)
    .where('post_id', 'is not distinct from', postId)
    .where('ended_at', 'is', null)
    .execute()
  await tx
    .insertInto('subscriptions')
    .values({
      id: newId(),
      app_id: appId,
      user_id: userId,
      event_type: eventType,
      post_id: postId,
      endpoint_id: subscription.endpointId,
      grant_id: subscription.grantId,
      token_id: subscription.tokenId,
      metadata: JSON.stringify(subscription.metadata),
      expires_at: subscription.expiresAt,
      development_only: subscription.developmentOnly ?? false,
    })
    .execute()
}
