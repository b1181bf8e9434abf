import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Rows of one statement, which is one transaction: few enough that nobody waits for it long. */
const BATCH = 1_000

export interface RowsOfOne {
  table: string
  /** An indexed one. */
  column: string
  value: string
}

/**
 * Deletes the rows that hold a value, a small batch a statement, until none is left or the signal is given. Rows that
 * somebody holds are waited for.
 */
export async function deleteRowsOf(
  { db, signal }: { db: Database; signal: AbortSignal },
  { table, column, value }: RowsOfOne,
): Promise<void> {
  while (!signal.aborted) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${sql.id(table)} where ctid = any (array(
        select t.ctid from ${sql.id(table)} t where t.${sql.id(column)} = ${value}::uuid limit ${BATCH} for update))`.execute(
      db,
    )
    if (numAffectedRows === 0n) return
  }
}
