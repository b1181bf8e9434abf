import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

/**
 * How an app stands with the marketplace: `awaiting` an answer to what its developer asks for, in `development`, in
 * production with something `approved`, or `withdrawn`: in production with nothing approved.
 */
export const APP_STATES = ['awaiting', 'development', 'approved', 'withdrawn'] as const
export type AppState = (typeof APP_STATES)[number]

export interface ListedAppRow {
  slug: string
  display_name: string
  avatar_url: string | null
  state: AppState
  development: boolean
  owner_host_id: string
  owner_name: string
  /** Names asked for, and how many of them are approved. */
  scopes: number
  scopes_approved: number
  permissions: number
  permissions_approved: number
  submitted_at: Date | null
  created_at: Date
}

const approvedAny = sql<boolean>`(
  exists (select from app_scopes n where n.app_id = a.id and n.approved_at is not null)
  or exists (select from app_permissions n where n.app_id = a.id and n.approved_at is not null))`

export const appState = sql<AppState>`case
  when a.submitted_at is not null then 'awaiting'
  when a.development then 'development'
  when ${approvedAny} then 'approved'
  else 'withdrawn' end`

const CONDITIONS: Readonly<Record<AppState, RawBuilder<boolean>>> = {
  awaiting: sql`a.submitted_at is not null`,
  development: sql`a.development and a.submitted_at is null`,
  approved: sql`not a.development and a.submitted_at is null and ${approvedAny}`,
  withdrawn: sql`not a.development and a.submitted_at is null and not ${approvedAny}`,
}

export interface AppsFilter {
  state: AppState | undefined
  search: string | undefined
  /** Host id of the developer. */
  owner: string | undefined
  /** The slug that the page before ended with. */
  cursor: string | undefined
  limit: number
}

/** In the order of their slugs. */
export async function findApps(
  db: Database,
  { state, search, owner, cursor, limit }: AppsFilter,
): Promise<ListedAppRow[]> {
  const counted = (table: 'app_scopes' | 'app_permissions', approved: boolean) => sql<number>`
    (select count(*)::integer from ${sql.table(table)} n
      where n.app_id = a.id ${approved ? sql`and n.approved_at is not null` : sql``})`
  return await db
    .selectFrom('apps as a')
    .innerJoin('users as u', 'u.id', 'a.owner_id')
    .select(['a.slug', 'a.display_name', 'a.avatar_url', 'a.development', 'a.submitted_at', 'a.created_at'])
    .select(['u.host_id as owner_host_id', 'u.name as owner_name'])
    .select([
      appState.as('state'),
      counted('app_scopes', false).as('scopes'),
      counted('app_scopes', true).as('scopes_approved'),
      counted('app_permissions', false).as('permissions'),
      counted('app_permissions', true).as('permissions_approved'),
    ])
    .$if(state !== undefined, (query) => query.where(CONDITIONS[state!]))
    .$if(search !== undefined, (query) =>
      query.where(sql<boolean>`search_words(a.slug || ' ' || a.display_name) @@ search_query(${search})`),
    )
    .$if(owner !== undefined, (query) => query.where('u.host_id', '=', owner!))
    .$if(cursor !== undefined, (query) => query.where('a.slug', '>', cursor!))
    .orderBy('a.slug')
    .limit(limit)
    .execute()
}

export interface AppRow {
  id: string
  slug: string
  display_name: string
  description: string
  avatar_url: string | null
  state: AppState
  development: boolean
  owner_host_id: string
  owner_name: string
  redirect_uris: string[]
  session_initialization_url: string | null
  dynamic_action_url: string | null
  submitted_at: Date | null
  calls_per_minute: number | null
  calls_per_day: number | null
  created_at: Date
  updated_at: Date
}

export async function readAppRow(db: Database | Tx, slug: string): Promise<AppRow | null> {
  const row = await db
    .selectFrom('apps as a')
    .innerJoin('users as u', 'u.id', 'a.owner_id')
    .select(['a.id', 'a.slug', 'a.display_name', 'a.description', 'a.avatar_url', 'a.development'])
    .select(['a.redirect_uris', 'a.session_initialization_url', 'a.dynamic_action_url', 'a.submitted_at'])
    .select(['a.calls_per_minute', 'a.calls_per_day', 'a.created_at', 'a.updated_at'])
    .select(['u.host_id as owner_host_id', 'u.name as owner_name', appState.as('state')])
    .where('a.slug', '=', slug)
    .executeTakeFirst()
  return row ?? null
}

/** Nobody else changes the app until the transaction ends, so that what was before is told right. */
export async function lockAppRow(tx: Tx, slug: string): Promise<{ id: string } | null> {
  const row = await tx
    .selectFrom('apps')
    .select('id')
    .where('slug', '=', slug)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row ?? null
}

export interface NamesRow {
  name: string
  approved: boolean
}

export async function readNames(
  db: Database | Tx,
  table: 'app_scopes' | 'app_permissions',
  appId: string,
): Promise<NamesRow[]> {
  return await db
    .selectFrom(table)
    .select(['name', sql<boolean>`approved_at is not null`.as('approved')])
    .where('app_id', '=', appId)
    .orderBy('name')
    .execute()
}
