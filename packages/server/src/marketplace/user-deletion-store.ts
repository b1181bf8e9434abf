import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

/** How far a person's deletion is. */
export interface DeletionState {
  requestedAt: Date
  /** Null until all that was theirs is gone. */
  erasedAt: Date | null
}

/** Most apps that a refusal names. */
const NAMED_APPS = 20

/** Waits for those who write rows for the person (0014_user_deletion.sql). */
export async function lockUserByHostId(tx: Tx, hostId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('users')
    .select('id')
    .where('host_id', '=', hostId)
    .forUpdate()
    .executeTakeFirst()
  return row?.id ?? null
}

export async function appsOwnedBy(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('apps')
    .select('slug')
    .where('owner_id', '=', userId)
    .orderBy('slug')
    .limit(NAMED_APPS)
    .execute()
  return rows.map(({ slug }) => slug)
}

/** Leaves a row that is nobody's: its name for the host holds a space, so that no host can mean it. */
export async function stripUser(tx: Tx, userId: string): Promise<void> {
  await sql`
    update users set host_id = 'deleted ' || id, phone = null, name = '', locale = 'fa', developer = false,
      operator = false, blacklisted = true, deleted_at = clock_timestamp(), updated_at = clock_timestamp()
    where id = ${userId}`.execute(tx)
}

export async function insertDeletion(tx: Tx, userId: string, hostIdHash: Buffer): Promise<DeletionState> {
  const { requested_at } = await tx
    .insertInto('user_deletions')
    .values({ user_id: userId, host_id_hash: hostIdHash })
    .returning('requested_at')
    .executeTakeFirstOrThrow()
  return { requestedAt: requested_at, erasedAt: null }
}

/** The latest deletion under this name. */
export async function findDeletion(db: Database, hostIdHash: Buffer): Promise<DeletionState | null> {
  const row = await db
    .selectFrom('user_deletions')
    .select(['requested_at as requestedAt', 'erased_at as erasedAt'])
    .where('host_id_hash', '=', hostIdHash)
    .orderBy('requested_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

export async function grantsAliveOf(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('grants')
    .select('id')
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** Every node drops the sessions and tokens it has cached. */
export async function recordDeletedUser(tx: Tx, userId: string, grantIds: readonly string[]): Promise<void> {
  await sql`
    insert into cache_invalidations (kind, key)
    select 'user', ${userId}::text union all select 'grant', unnest(${grantIds}::text[])`.execute(tx)
}
