import type { Insertable, Selectable, Updateable } from 'kysely'
import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { Touchpoint } from './touchpoints.ts'

export type AppRow = Selectable<Tables['apps']>

/** A name the developer asked for; the host decides on it before a production app may use it. */
export interface AskedName {
  name: string
  approved: boolean
}

export interface SecretRow {
  kind: 'oauth_client' | 'webhook_signing'
  created_at: Date
  expires_at: Date | null
}

export interface AppRecord {
  app: AppRow
  eventsUrl: string | null
  permissions: AskedName[]
  scopes: AskedName[]
  touchpoints: Touchpoint[]
  /** Those in force, the newest first. */
  secrets: SecretRow[]
}

export async function listApps(db: Database, ownerId: string): Promise<AppRow[]> {
  return await db.selectFrom('apps').selectAll().where('owner_id', '=', ownerId).orderBy('slug').execute()
}

export async function findApp(db: Database, ownerId: string, slug: string): Promise<AppRow | null> {
  const row = await db
    .selectFrom('apps')
    .selectAll()
    .where('slug', '=', slug)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  return row ?? null
}

/** Everything its developer may know about an app. */
export async function loadRecord(db: Database, app: AppRow): Promise<AppRecord> {
  const asked = (table: 'app_permissions' | 'app_scopes') =>
    db
      .selectFrom(table)
      .select(['name', sql<boolean>`approved_at is not null`.as('approved')])
      .where('app_id', '=', app.id)
      .orderBy('name')
      .execute()
  const [endpoint, permissions, scopes, touchpoints, secrets] = await Promise.all([
    db
      .selectFrom('endpoints')
      .select('url')
      .where('app_id', '=', app.id)
      .where('kind', '=', 'events')
      .executeTakeFirst(),
    asked('app_permissions'),
    asked('app_scopes'),
    listTouchpoints(db, app.id),
    db
      .selectFrom('app_secrets')
      .select(['kind', 'created_at', 'expires_at'])
      .where('app_id', '=', app.id)
      .where((where) =>
        where.or([where('expires_at', 'is', null), where('expires_at', '>', sql<Date>`now()`)]),
      )
      .orderBy('kind')
      .orderBy('created_at', 'desc')
      .execute(),
  ])
  return { app, eventsUrl: endpoint?.url ?? null, permissions, scopes, touchpoints, secrets }
}

/** Where the app's events go; null when it is not set. */
export async function eventsUrlOf(db: Database | Tx, appId: string): Promise<string | null> {
  const row = await db
    .selectFrom('endpoints')
    .select('url')
    .where('app_id', '=', appId)
    .where('kind', '=', 'events')
    .executeTakeFirst()
  return row?.url ?? null
}

/** What the app asks for, approved or not. */
export async function askedNames(
  tx: Tx,
  appId: string,
): Promise<{ permissions: string[]; scopes: string[] }> {
  const names = async (table: 'app_permissions' | 'app_scopes'): Promise<string[]> =>
    (await tx.selectFrom(table).select('name').where('app_id', '=', appId).execute()).map(({ name }) => name)
  return { permissions: await names('app_permissions'), scopes: await names('app_scopes') }
}

export async function listTouchpoints(db: Database | Tx, appId: string): Promise<Touchpoint[]> {
  return await db
    .selectFrom('app_touchpoints')
    .select(['touchpoint', 'operation', 'fallback_url'])
    .where('app_id', '=', appId)
    .orderBy('touchpoint')
    .execute()
}

/** Holds the owner's row until the transaction ends, so that two creations cannot both be the last one allowed. */
export async function countDevelopmentApps(tx: Tx, ownerId: string): Promise<number> {
  await tx.selectFrom('users').select('id').where('id', '=', ownerId).forNoKeyUpdate().execute()
  const { count } = await tx
    .selectFrom('apps')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('owner_id', '=', ownerId)
    .where('development', '=', true)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** @returns null when the slug is taken. */
export async function insertApp(tx: Tx, values: Insertable<Tables['apps']>): Promise<AppRow | null> {
  const row = await tx
    .insertInto('apps')
    .values(values)
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** Holds the app's row until the transaction ends: whoever changes an app or its keys takes this first. */
export async function lockApp(tx: Tx, ownerId: string, slug: string): Promise<AppRow | null> {
  const row = await tx
    .selectFrom('apps')
    .selectAll()
    .where('slug', '=', slug)
    .where('owner_id', '=', ownerId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row ?? null
}

export async function updateApp(tx: Tx, appId: string, values: Updateable<Tables['apps']>): Promise<AppRow> {
  return await tx
    .updateTable('apps')
    .set({ ...values, updated_at: sql<Date>`now()` })
    .where('id', '=', appId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** What is asked for from now on; names that were asked for before keep their approval. */
export async function replaceAskedNames(
  tx: Tx,
  table: 'app_permissions' | 'app_scopes',
  appId: string,
  names: readonly string[],
): Promise<void> {
  let gone = tx.deleteFrom(table).where('app_id', '=', appId)
  if (names.length > 0) gone = gone.where('name', 'not in', [...names])
  await gone.execute()
  if (names.length === 0) return
  await tx
    .insertInto(table)
    .values(names.map((name) => ({ app_id: appId, name })))
    .onConflict((conflict) => conflict.columns(['app_id', 'name']).doNothing())
    .execute()
}

/** A permission that the app gave up is taken from its keys too. */
export async function narrowKeys(tx: Tx, appId: string, permissions: readonly string[]): Promise<void> {
  await tx
    .updateTable('api_keys')
    .set({
      permissions: sql<string[]>`array(
        select name from unnest(permissions) as name where name = any (${[...permissions]}::text[]))`,
    })
    .where('app_id', '=', appId)
    .where(sql<boolean>`not permissions <@ ${[...permissions]}::text[]`)
    .execute()
}

export async function replaceTouchpoints(
  tx: Tx,
  appId: string,
  touchpoints: readonly Touchpoint[],
): Promise<void> {
  await tx.deleteFrom('app_touchpoints').where('app_id', '=', appId).execute()
  if (touchpoints.length === 0) return
  await tx
    .insertInto('app_touchpoints')
    .values(touchpoints.map((each) => ({ ...each, app_id: appId })))
    .execute()
}

/** Sets submitted_at unless there is nothing for the host to decide on; an earlier submission keeps its time. */
export async function submitApp(tx: Tx, appId: string): Promise<AppRow | null> {
  const row = await tx
    .updateTable('apps')
    .set({ submitted_at: sql<Date>`coalesce(submitted_at, now())`, updated_at: sql<Date>`now()` })
    .where('id', '=', appId)
    .where(
      sql<boolean>`(development
        or exists (select from app_permissions p where p.app_id = apps.id and p.approved_at is null)
        or exists (select from app_scopes s where s.app_id = apps.id and s.approved_at is null))`,
    )
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}
