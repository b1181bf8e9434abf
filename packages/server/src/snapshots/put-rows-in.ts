import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ClientBase } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { SavedTable } from './manifest.ts'
import { quoted } from './schema-facts.ts'
import { unusable } from './snapshot-faults.ts'

/** SQLSTATE classes of rows that do not fit: wrong data, a broken constraint, COPY that cannot be read. */
const OF_THE_ROWS = /^(22|23|CH)/

/** Streams a table's rows into the table of that name, in the schema that the search path names. */
export async function putRowsIn(
  client: ClientBase,
  { name, columns, rows: expected }: SavedTable,
  rows: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const list = columns.map(quoted).join(', ')
  const copy = client.query(copyFrom(`copy ${quoted(name)} (${list}) from stdin`))
  try {
    await pipeline(rows, copy as Writable, { signal })
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code !== undefined && OF_THE_ROWS.test(code)) {
      throw unusable(`holds rows in ${name} that cannot be (${message}): it was changed by hand`, error)
    }
    throw error
  }
  if (copy.rowCount !== expected) {
    throw unusable(`holds ${copy.rowCount} rows in ${name} and says ${expected}: it was changed by hand`)
  }
}
