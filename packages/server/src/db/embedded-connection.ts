import { realpath, stat } from 'node:fs/promises'
import pg from 'pg'
import { errorCode } from './database-start-error.ts'
import type { Cluster } from './embedded-cluster.ts'

const DATABASE = 'charsu'
const CANNOT_CONNECT_NOW = '57P03'
const NO_SUCH_DATABASE = '3D000'
const DUPLICATE_DATABASE = '42P04'
const UNIQUE_VIOLATION = '23505'

/** The URL of a database on the embedded server; it holds the password, so it is never logged. */
export const embeddedUrl = (port: number, cluster: Cluster, database: string = DATABASE): string =>
  `postgres://charsu:${cluster.password}@127.0.0.1:${port}/${database}`

/** `starting` also covers a server that is shutting down; `stranger` is a server of another folder or program. */
export type Answer = 'ours' | 'starting' | 'refused' | 'stranger'

/** Asks whether the server on this port is the one that has this cluster open. */
export async function knock(port: number, cluster: Cluster): Promise<Answer> {
  try {
    const folder = await withClient(embeddedUrl(port, cluster, 'postgres'), async (client) => {
      const { rows } = await client.query<{ data_directory: string }>('show data_directory')
      return rows[0]?.data_directory ?? ''
    })
    return (await isSameFolder(folder, cluster.data)) ? 'ours' : 'stranger'
  } catch (error) {
    const code = errorCode(error)
    if (code === CANNOT_CONNECT_NOW) return 'starting'
    // A connection cut in the middle is a server on its way down.
    if (code === undefined || /^E[A-Z]+$/.test(code)) return 'refused'
    return 'stranger'
  }
}

/** A folder that was moved under a running server keeps its server; one that was copied has none. */
async function isSameFolder(reported: string, ours: string): Promise<boolean> {
  if (!(await stat(reported).catch(() => null))) return true
  return (await realpath(reported)) === (await realpath(ours))
}

/** Makes the database `charsu`; initdb cannot, and the process that should have may have been killed. */
export async function ensureDatabase(port: number, cluster: Cluster): Promise<void> {
  try {
    await withClient(embeddedUrl(port, cluster), (client) => client.query('select 1'))
  } catch (error) {
    if (errorCode(error) !== NO_SUCH_DATABASE) throw error
    await withClient(embeddedUrl(port, cluster, 'postgres'), (client) =>
      client.query(`create database ${DATABASE}`),
    ).catch((failed: unknown) => {
      const code = errorCode(failed)
      if (code !== DUPLICATE_DATABASE && code !== UNIQUE_VIOLATION) throw failed
    })
  }
}

/** One short-lived connection. */
export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    application_name: 'charsu start',
  })
  // Without a listener a connection cut while idle would end the process; the query in hand reports it.
  client.on('error', () => {})
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => {})
  }
}
