import { randomBytes } from 'node:crypto'
import type { ClientBase } from 'pg'
import { applyWithin, createRecord, type Migration } from '../db/migrate.ts'
import type { Manifest } from './manifest.ts'
import { isSaved, quoted, type TableFacts, tablesOf } from './schema-facts.ts'
import { notPossible, unusable } from './snapshot-faults.ts'

/** A schema beside the present one, seen by the transaction alone that makes it, until it takes its place. */
export interface StagedSchema {
  name: string
  tables: TableFacts[]
}

const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Makes the tables as they were when the snapshot was saved, ready to take rows in any number: without triggers, which
 * have judged these rows when they were written, and with their transactions called this one.
 * @throws 412 for a snapshot whose tables this program cannot make.
 */
export async function stageSchema(
  client: ClientBase,
  manifest: Manifest,
  migrations: readonly Migration[],
): Promise<StagedSchema> {
  refuseOtherHistory(manifest, migrations)
  const name = `charsu_loading_${randomBytes(6).toString('hex')}`
  await client.query(`create schema ${name}`).catch((error: { code?: string }) => {
    if (error.code !== INSUFFICIENT_PRIVILEGE) throw error
    throw notPossible(
      'the database’s user may not create schemas: let Charsu connect as the owner of its database',
      error,
    )
  })
  await client.query(`set local search_path to ${name}`)
  await createRecord(client)
  for (const migration of migrations.slice(0, manifest.migrations.length))
    await applyWithin(client, migration)
  const tables = await tablesOf(client, name)
  refuseOtherTables(manifest, tables)
  for (const { name: table, hasTriggers, bareTransactionColumns } of tables) {
    if (hasTriggers) await client.query(`alter table ${quoted(table)} disable trigger user`)
    // An id of another database’s transaction would say that the row is of the future, or of the past.
    for (const column of bareTransactionColumns) {
      await client.query(
        `alter table ${quoted(table)} alter column ${quoted(column)} set default pg_current_xact_id()`,
      )
    }
  }
  return { name, tables }
}

/** Applies what has come since the snapshot, once its rows are in. */
export async function migrateStaged(
  client: ClientBase,
  { tables }: StagedSchema,
  rest: readonly Migration[],
): Promise<void> {
  for (const { name, hasTriggers, bareTransactionColumns } of tables) {
    if (hasTriggers) await client.query(`alter table ${quoted(name)} enable trigger user`)
    for (const column of bareTransactionColumns) {
      await client.query(`alter table ${quoted(name)} alter column ${quoted(column)} drop default`)
    }
  }
  for (const migration of rest) await applyWithin(client, migration)
}

function refuseOtherHistory({ migrations: saved, charsu }: Manifest, known: readonly Migration[]): void {
  if (saved.length > known.length) {
    throw unusable(
      `was made by a newer Charsu (${charsu}, with ${saved.length} migrations; this one has ${known.length}): update this one first`,
    )
  }
  const different = known.find(({ checksum }, i) => i < saved.length && saved[i] !== checksum)
  if (!different) return
  throw unusable(
    `was made by a Charsu (${charsu}) whose migration ${different.version} (${different.name}) is another than this program’s: load it with the version that made it`,
  )
}

function refuseOtherTables({ tables: saved }: Manifest, made: readonly TableFacts[]): void {
  const expected = made.filter(isSaved)
  for (const { name, columns } of saved) {
    const table = expected.find((each) => each.name === name)
    if (!table) throw unusable(`holds a table ${name} that Charsu does not keep: it was changed by hand`)
    const strange = [...columns, ...table.columns].find(
      (column) => !columns.includes(column) || !table.columns.includes(column),
    )
    if (strange !== undefined || columns.length !== table.columns.length) {
      throw unusable(`holds other columns in ${name} than Charsu has (${strange}): it was changed by hand`)
    }
  }
  const missing = expected.find(({ name }) => !saved.some((table) => table.name === name))
  if (missing) throw unusable(`lacks the table ${missing.name}: it was changed by hand`)
}
