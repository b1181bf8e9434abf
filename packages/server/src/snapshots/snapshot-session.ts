import type { Pool } from 'pg'
import pg from 'pg'
import { busy } from './snapshot-faults.ts'

/** What saving and loading work with. */
export interface SnapshotSessionDeps {
  /** Its connection string names the database. */
  pool: Pool
}

/**
 * Lends a connection without time limits, on which one snapshot of this database at a time is saved or loaded, whatever
 * node asks. What it leaves open ends with it, also when this process is killed.
 * @throws 503 when another is under way.
 */
export async function inSnapshotSession<T>(
  { pool }: SnapshotSessionDeps,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: pool.options.connectionString,
    application_name: 'charsu snapshot',
    keepAlive: true,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`)
    const { rows } = await client.query<{ won: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('charsu snapshots', 0)) as won`,
    )
    if (!rows[0]?.won) throw busy('another snapshot is being saved or loaded')
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
