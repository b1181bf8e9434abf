import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'
import manifest from '../package.json' with { type: 'json' }
import { startEmbedded } from '../packages/server/src/db/embedded.ts'
import { migrate } from '../packages/server/src/db/migrate.ts'
import { createPool } from '../packages/server/src/db/pool.ts'
import { createLog } from '../packages/server/src/log.ts'
import { type ChildServer, startChild } from './child-server.ts'

export interface Bed extends AsyncDisposable {
  pool: Pool
  /** Starts a server as `npm start` does, on this database and a free port; its log goes to a file. */
  startCharsu(env?: Record<string, string>): Promise<ChildServer>
}

/** Memory settings that `npm start` gives to Node; a benchmark measures the server as it is started. */
const START_FLAGS = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'))

const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit']

/** A migrated embedded PostgreSQL of its own that keeps what it has committed, and goes with the run. */
export async function openBed(): Promise<Bed> {
  const opened = new AsyncDisposableStack()
  let ended: Promise<void> | undefined
  const end = (): Promise<void> => {
    ended ??= opened.disposeAsync()
    return ended
  }
  // What is under way then fails, which ends the run.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const interrupted = (): void => void end()
    process.once(signal, interrupted)
    opened.defer(() => void process.off(signal, interrupted))
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'charsu-bench-'))
    opened.defer(() => rm(folder, { recursive: true, force: true }))
    // The server's own user has to pass through.
    await chmod(folder, 0o711)
    const log = createLog({ level: 'warn' })
    const postgres = await startEmbedded({ dataDir: join(folder, 'postgres'), log })
    opened.defer(() => postgres.stop())
    const pool = createPool({ url: postgres.url, max: 4, log, applicationName: 'charsu bench' })
    opened.defer(() => pool.end())
    await migrate(pool)
    await requireDurable(pool)
    return {
      pool,
      async startCharsu(env = {}) {
        const child = await startChild(
          join(import.meta.dirname, '../packages/server/src/main.ts'),
          { DATABASE_URL: postgres.url, CHARSU_PORT: '0', CHARSU_LOG_LEVEL: 'info', ...FAR_LIMITS, ...env },
          { flags: START_FLAGS, logFile: join(folder, 'charsu.log') },
        )
        opened.defer(() => child.stop())
        return child
      },
      [Symbol.asyncDispose]: end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

/** Calls are counted as ever, and never too many. */
const FAR_LIMITS = {
  CHARSU_APP_REQUESTS_PER_MINUTE: '1000000000',
  CHARSU_APP_REQUESTS_PER_DAY: '1000000000',
  CHARSU_USER_MESSAGES_PER_MINUTE: '1000000000',
}

async function requireDurable(pool: Pool): Promise<void> {
  for (const name of DURABLE) {
    const { rows } = await pool.query<{ value: string }>('select current_setting($1) as value', [name])
    if (rows[0]?.value !== 'on')
      throw new Error(`${name} is ${rows[0]?.value}: benchmarks measure durable messages`)
  }
}
