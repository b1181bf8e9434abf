import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { newId } from '../ids.ts'

export interface NamedPost {
  id: string
  ownerId: string
  title: string
  category: string
  development: boolean
}

export async function findNamedPost(db: Database, token: string): Promise<NamedPost | null> {
  const row = await db
    .selectFrom('posts')
    .select(['id', 'owner_id as ownerId', 'title', 'category', 'for_development as development'])
    .where('token', '=', token)
    .executeTakeFirst()
  return row ?? null
}

/**
 * The endpoint of this app, URL and key, made if there is none. One that had been disabled is tried again, with a
 * clean record: whoever registers it says that it is there.
 */
export async function usePostConversationsEndpoint(
  tx: Tx,
  { appId, url, identificationKey }: { appId: string; url: string; identificationKey: string },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into endpoints as e (id, app_id, kind, url, identification_key)
    values (${newId()}, ${appId}, 'post_conversations', ${url}, ${identificationKey})
    on conflict (app_id, url, identification_key) where kind = 'post_conversations' do update set
      -- Young again: whoever is removing it at this moment looks at its age once more, but at no subscription.
      created_at = clock_timestamp(), state = 'enabled', disabled_reason = null, disabled_at = null,
      paused_until = case e.state when 'disabled' then '-infinity' else e.paused_until end,
      probe_until = case e.state when 'disabled' then null else e.probe_until end,
      breaker_trips = case e.state when 'disabled' then 0 else e.breaker_trips end,
      failure_streak = case e.state when 'disabled' then 0 else e.failure_streak end,
      first_failure_at = case e.state when 'disabled' then null else e.first_failure_at end,
      last_failure_at = case e.state when 'disabled' then null else e.last_failure_at end,
      warned_at = case e.state when 'disabled' then null else e.warned_at end,
      revision = e.revision + (e.state = 'disabled')::integer
    returning id`.execute(tx)
  return rows[0]!.id
}

/** Since it was last registered; one that is being registered has its endpoint, and not yet its subscription. */
const YOUNG = sql`interval '1 hour'`

/**
 * Removes endpoints of older subscriptions that no subscription names any more and to which nothing was sent that is
 * still kept.
 */
export const prunePostConversationsEndpoints = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches(
    { db, signal },
    {
      table: 'endpoints',
      by: sql`t.created_at`,
      before: sql`now() - ${YOUNG}`,
      unless: sql`
        t.kind <> 'post_conversations'
        or exists (select from subscriptions s where s.endpoint_id = t.id)
        or exists (select from delivery_queue q where q.endpoint_id = t.id)
        or exists (select from delivery_history h where h.endpoint_id = t.id)`,
    },
  )
