import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Facts about the installation as a whole, such as its secret or the host's page templates. */

export async function readSetting<T>(db: Database, key: string): Promise<T | null> {
  const row = await db
    .selectFrom('instance_settings')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  return row === undefined ? null : (row.value as T)
}

export async function writeSetting(db: Database, key: string, value: unknown): Promise<void> {
  const json = JSON.stringify(value)
  await db
    .insertInto('instance_settings')
    .values({ key, value: json })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: json }))
    .execute()
}

/** The value that is there, or `make()`'s when none was; nodes that start together agree on one. */
export async function settingOnce<T>(db: Database, key: string, make: () => T): Promise<T> {
  const { rows } = await sql<{ value: T }>`
    with made as (
      insert into instance_settings (key, value) values (${key}, ${JSON.stringify(make())}::jsonb)
      on conflict (key) do nothing returning value)
    select value from made union all select value from instance_settings where key = ${key} limit 1`.execute(
    db,
  )
  const [row] = rows
  // A row inserted by another node after our snapshot is invisible to this statement, not to the next.
  return row === undefined ? ((await readSetting<T>(db, key)) as T) : row.value
}
