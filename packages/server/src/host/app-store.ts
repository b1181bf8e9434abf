import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

/** Apps as the host sees them: whose they are, what they ask for, what of it is approved. */
export interface AppOverview {
  slug: string
  display_name: string
  description: string
  avatar_url: string | null
  /** Host id of the developer. */
  owner: string
  development: boolean
  scopes: { name: string; approved: boolean }[]
  permissions: { name: string; approved: boolean }[]
  /** When the developer asked for approval of what is not approved yet. */
  submitted_at: Date | null
  created_at: Date
}

const namesOf = (table: 'app_scopes' | 'app_permissions') => sql<{ name: string; approved: boolean }[]>`
  coalesce((select jsonb_agg(jsonb_build_object('name', n.name, 'approved', n.approved_at is not null) order by n.name)
    from ${sql.table(table)} n where n.app_id = a.id), '[]')`

const overview = (db: Database | Tx) =>
  db
    .selectFrom('apps as a')
    .innerJoin('users as u', 'u.id', 'a.owner_id')
    .select([
      'a.slug',
      'a.display_name',
      'a.description',
      'a.avatar_url',
      'u.host_id as owner',
      'a.development',
      'a.submitted_at',
      'a.created_at',
      namesOf('app_scopes').as('scopes'),
      namesOf('app_permissions').as('permissions'),
    ])

/** In the order of their slugs, those after `after`. */
export async function listApps(db: Database, after: string, limit: number): Promise<AppOverview[]> {
  return overview(db).where('a.slug', '>', after).orderBy('a.slug').limit(limit).execute()
}

export async function readApp(db: Database | Tx, slug: string): Promise<AppOverview | null> {
  return (await overview(db).where('a.slug', '=', slug).executeTakeFirst()) ?? null
}

export async function findAppId(db: Database, slug: string): Promise<string | null> {
  const row = await db.selectFrom('apps').select('id').where('slug', '=', slug).executeTakeFirst()
  return row?.id ?? null
}

/** Answers the developer's request; only an approval takes the app out of development. */
export async function answerSubmission(
  tx: Tx,
  slug: string,
  approved: boolean,
): Promise<{ id: string; development: boolean } | null> {
  const row = await tx
    .updateTable('apps')
    .set({ submitted_at: null, updated_at: sql<Date>`now()`, ...(approved && { development: false }) })
    .where('slug', '=', slug)
    .returning(['id', 'development'])
    .executeTakeFirst()
  return row ?? null
}

/** Exactly these names are approved afterwards; what the app never asked for is added, approved. */
export async function setApprovedNames(
  tx: Tx,
  table: 'app_scopes' | 'app_permissions',
  appId: string,
  names: readonly string[],
): Promise<void> {
  await sql`
    update ${sql.table(table)} set approved_at = null
    where app_id = ${appId} and approved_at is not null and name <> all (${names}::text[])`.execute(tx)
  await sql`
    insert into ${sql.table(table)} as n (app_id, name, approved_at)
    select ${appId}, name, now() from unnest(${names}::text[]) as name order by name
    on conflict (app_id, name) do update set approved_at = coalesce(n.approved_at, excluded.approved_at)`.execute(
    tx,
  )
}

/** Ends the subscriptions of an app for which none of its approved scopes is enough any more (wire contract §4). */
export async function endSubscriptionsBeyond(
  tx: Tx,
  appId: string,
  approvedScopes: readonly string[],
): Promise<void> {
  await sql`
    update subscriptions set ended_at = now()
    where app_id = ${appId} and ended_at is null and not (case
      when event_type = 'POST_UPDATE' then 'USER_POSTS_GET' = any (${approvedScopes}::text[])
      else 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ' = any (${approvedScopes}::text[])
        or (post_id is not null and 'CHAT_POST_CONVERSATIONS_READ' = any (${approvedScopes}::text[]))
    end)`.execute(tx)
}

/** What a development app subscribed to for all posts is for all of them once it is in production (wire contract §12). */
export async function widenSubscriptions(tx: Tx, appId: string): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set({ development_only: false })
    .where('app_id', '=', appId)
    .where('development_only', '=', true)
    .where('ended_at', 'is', null)
    .execute()
}
