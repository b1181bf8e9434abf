import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { newId } from '../ids.ts'

/** Null while the app has no events URL. */
export async function liveEventsEndpoint(tx: Tx, appId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('endpoints')
    .select('id')
    .where('app_id', '=', appId)
    .where('kind', '=', 'events')
    .where('url', 'is not', null)
    .executeTakeFirst()
  return row?.id ?? null
}

/** @returns the ids of the facts, in the order of the payloads. */
export async function insertFacts(tx: Tx, type: string, payloads: readonly unknown[]): Promise<string[]> {
  const ids = payloads.map(() => newId())
  await sql`
    insert into event_facts (id, type, payload)
    select f.id, ${type}, f.payload
    from unnest(${ids}::uuid[], ${payloads.map((payload) => JSON.stringify(payload))}::jsonb[]) as f (id, payload)`.execute(
    tx,
  )
  return ids
}

export interface PostSubscription {
  /** Which of the posts asked for, from 0. */
  post: number
  subscriptionId: string
  endpointId: string
  grantId: string
}

/** Who hears of changes of posts (db/migrations/0010_append_deliveries.sql). */
export async function subscriptionsToPosts(
  tx: Tx,
  posts: readonly { id: string; ownerId: string; development: boolean }[],
): Promise<PostSubscription[]> {
  const { rows } = await sql<{
    place: number
    subscription_id: string
    endpoint_id: string
    grant_id: string
  }>`
    select * from post_update_subscriptions(
      ${posts.map(({ id }) => id)}::uuid[],
      ${posts.map(({ ownerId }) => ownerId)}::uuid[],
      ${posts.map(({ development }) => development)}::boolean[])`.execute(tx)
  return rows.map((row) => ({
    post: row.place - 1,
    subscriptionId: row.subscription_id,
    endpointId: row.endpoint_id,
    grantId: row.grant_id,
  }))
}
