import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { readSetting } from '../db/instance-settings.ts'
import type { CallSubject } from '../outbound/call-app.ts'
import { slugOf } from './call-subject-slug.ts'
import { type Faults, NO_FAULTS } from './faults.ts'

const PREFIX = 'development_faults:'

/** Kept in the database, so that all nodes obey the same from the next call on. */
export const faultsOf = async (db: Database, slug: string): Promise<Faults> =>
  (await readSetting<Faults>(db, PREFIX + slug)) ?? NO_FAULTS

/** Of the app that a call goes to; null when none is on. */
export async function faultsAbout(db: Database, about: CallSubject): Promise<Faults | null> {
  const { rows } = await sql<{ value: Faults }>`
    select s.value from instance_settings s where s.key = ${PREFIX} || (${slugOf(about)})`.execute(db)
  return rows[0]?.value ?? null
}

/** @returns how they were before; of two writers at once each learns what the other left. */
export async function writeFaults(tx: Tx, slug: string, faults: Faults): Promise<Faults> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${PREFIX + slug}, 0))`.execute(tx)
  const before = await faultsOf(tx, slug)
  const key = PREFIX + slug
  if (JSON.stringify(faults) === JSON.stringify(NO_FAULTS)) {
    await tx.deleteFrom('instance_settings').where('key', '=', key).execute()
    return before
  }
  const value = JSON.stringify(faults)
  await tx
    .insertInto('instance_settings')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
  return before
}
