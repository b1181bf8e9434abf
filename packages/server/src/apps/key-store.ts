import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type KeyRow = Omit<Selectable<Tables['api_keys']>, 'hash'>

const COLUMNS = ['id', 'app_id', 'name', 'hint', 'permissions', 'created_at', 'revoked_at'] as const

export async function listKeys(db: Database, appId: string): Promise<KeyRow[]> {
  return await db
    .selectFrom('api_keys')
    .select([...COLUMNS])
    .where('app_id', '=', appId)
    .orderBy('id', 'desc')
    .execute()
}

export async function countLivingKeys(tx: Tx, appId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('api_keys')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('app_id', '=', appId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function insertKey(
  tx: Tx,
  values: Pick<KeyRow, 'id' | 'app_id' | 'name' | 'hint' | 'permissions'> & { hash: Buffer },
): Promise<KeyRow> {
  return await tx
    .insertInto('api_keys')
    .values(values)
    .returning([...COLUMNS])
    .executeTakeFirstOrThrow()
}

/** A key that is revoked already keeps its time; null when the app has no such key. */
export async function revokeKey(tx: Tx, appId: string, keyId: string): Promise<KeyRow | null> {
  const row = await tx
    .updateTable('api_keys')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where('id', '=', keyId)
    .where('app_id', '=', appId)
    .returning([...COLUMNS])
    .executeTakeFirst()
  return row ?? null
}

export async function askedPermissions(tx: Tx, appId: string): Promise<string[]> {
  const rows = await tx.selectFrom('app_permissions').select('name').where('app_id', '=', appId).execute()
  return rows.map(({ name }) => name)
}
