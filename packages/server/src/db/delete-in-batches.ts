import { type RawBuilder, sql } from 'kysely'
import type { Database } from './database.ts'

/** Rows of one statement, which is one transaction: few enough that nobody waits for it long. */
const BATCH = 1_000

export interface DeleteDeps {
  db: Database
  /** Ends it between two batches. */
  signal: AbortSignal
}

export interface Deletion {
  /** Not a partitioned one. */
  table: string
  /** An indexed column or expression by which the oldest come first; the rows to delete lie before `before`. */
  by: RawBuilder<unknown>
  before: RawBuilder<unknown>
  /** A condition more, on the alias `t`. */
  unless?: RawBuilder<unknown>
}

/**
 * Deletes the oldest rows of a table, a small batch a statement, until none is left. Rows that somebody holds are left
 * for the next round; any number of nodes may run it at once.
 */
export async function deleteInBatches({ db, signal }: DeleteDeps, deletion: Deletion): Promise<void> {
  const { by, before, unless } = deletion
  const table = sql.id(deletion.table)
  while (!signal.aborted) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${table} where ctid = any (array(
        select t.ctid from ${table} t
        where ${by} < ${before} ${unless ? sql`and not (${unless})` : sql``}
        order by ${by} limit ${BATCH} for update of t skip locked))`.execute(db)
    if (numAffectedRows < BATCH) return
  }
}
