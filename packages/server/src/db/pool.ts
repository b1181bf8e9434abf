import pg from 'pg'
import { DatabaseStartError } from './database-start-error.ts'
import { unreachable } from './database-unreachable.ts'
import { MeasuredPool } from './measured-pool.ts'

export interface PoolLog {
  warn(fields: object, message: string): void
}

export interface PoolOptions {
  url: string
  /** Most connections at once. */
  max: number
  log: PoolLog
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** Further settings of its sessions; they win over the usual ones. */
  settings?: Readonly<Record<string, string>>
  /** Milliseconds to wait for a connection, 5 s when absent. */
  connectTimeoutMs?: number
  /** Milliseconds to wait for an answer when the server's own limit does not end it; 35 s when absent. */
  queryTimeoutMs?: number
}

const INT8 = 20
const INT8_ARRAY: number = 1016
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 30_000
/** Above the server's own limit: it fires only when the server's host has vanished without a word. */
const QUERY_TIMEOUT_MS = 35_000
const KEEP_ALIVE_AFTER_MS = 10_000

/** Sent with the connection's first packet, so that they cost no round trip. */
const SESSION_SETTINGS = {
  synchronous_commit: 'on',
  timezone: 'UTC',
  statement_timeout: String(STATEMENT_TIMEOUT_MS),
  idle_in_transaction_session_timeout: '30000',
}

/**
 * A pool of connections whose commits are durable and whose statements end within 30 s. `int8` becomes a number:
 * counters and sequence numbers stay far below 2^53. A `timestamptz` becomes a Date, which holds milliseconds;
 * whoever needs its microseconds asks for them in SQL.
 */
export function createPool({ url, max, log, applicationName, ...more }: PoolOptions): pg.Pool {
  const pool = new MeasuredPool({
    connectionString: withSessionSettings(url, { ...SESSION_SETTINGS, ...more.settings }),
    max,
    application_name: applicationName,
    types: poolTypes,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    connectionTimeoutMillis: more.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    query_timeout: more.queryTimeoutMs ?? QUERY_TIMEOUT_MS,
  })
  // An idle connection that the server closes is no reason to end the process; the next use opens another.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'))
  // Nor is one that is lost between two statements of a transaction: the next statement says so to its holder.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Settings in the URL would replace those given beside it, so ours are added to the URL's own, and win. */
function withSessionSettings(url: string, settings: Readonly<Record<string, string>>): string {
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  if (!URL.canParse(url)) throw notAUrl()
  const parsed = new URL(url)
  const own = parsed.searchParams.get('options')
  parsed.searchParams.set('options', [...(own ? [own] : []), ...ours].join(' '))
  return parsed.href
}

function notAUrl(): DatabaseStartError {
  return new DatabaseStartError(
    'the database address is not a URL',
    'Write DATABASE_URL as postgres://user:password@host:5432/database, with special characters percent-encoded.',
  )
}

const int8Array = pg.types.getTypeParser(INT8_ARRAY, 'text') as (text: string) => unknown

const poolTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8 && format !== 'binary') return Number
    if (oid === INT8_ARRAY && format !== 'binary') return (text: string) => toNumbers(int8Array(text))
    return pg.types.getTypeParser(oid, format as 'text')
  }) as typeof pg.types.getTypeParser,
}

function toNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toNumbers)
  return value === null ? null : Number(value)
}

const OLDEST_VERSION = 150_000

/**
 * Refuses a server that Charsu's promises do not hold on: older than 15, or with another default isolation than
 * READ COMMITTED, which its locking statements are written for. Throws DatabaseStartError, also when the server
 * cannot be reached.
 */
export async function checkServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool
    .query<{ number: number; version: string; isolation: string }>(
      `select current_setting('server_version_num')::int as number,
              current_setting('server_version') as version,
              current_setting('default_transaction_isolation') as isolation`,
    )
    .catch((error: unknown) => {
      throw unreachable(pool.options.connectionString ?? '', error)
    })
  const server = rows[0]!
  if (server.number < OLDEST_VERSION) {
    throw new DatabaseStartError(
      `the database server is PostgreSQL ${server.version}; Charsu needs 15 or newer`,
      'Upgrade the server, or point DATABASE_URL at a newer one.',
    )
  }
  if (server.isolation !== 'read committed') {
    throw new DatabaseStartError(
      `default_transaction_isolation is "${server.isolation}"; Charsu needs "read committed"`,
      "Run ALTER DATABASE … SET default_transaction_isolation = 'read committed', and the same for the role if it sets its own.",
    )
  }
}
