import { join } from 'node:path'
import { type Clock, systemClock } from '../src/clock.ts'
import { type Config, readConfig } from '../src/config.ts'
import { createDatabase, type Database } from '../src/db/database.ts'
import { createLog, type Log } from '../src/log.ts'
import { createServer } from '../src/server.ts'
import type { Server, ServerDeps } from '../src/server-interface.ts'
import { NO_LIMITS } from './no-limits.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

export interface TestServer extends AsyncDisposable {
  /** Origin, e.g. `http://127.0.0.1:41234`. */
  url: string
  hostKey: string
  server: Server
  database: TestDatabase
  db: Database
  close(): Promise<void>
}

export interface TestServerOptions {
  config?: Partial<Config>
  /** Share a database between nodes; by default the server gets one of its own. */
  database?: TestDatabase
  /** For tests that move the time. */
  clock?: Clock
  /** For tests that read the log; silent by default. */
  log?: Log
  /** What a test wants otherwise: DNS, the pace of deliveries, housekeeping at once, siblings behind the same port. */
  deps?: Partial<Omit<ServerDeps, 'pool' | 'clock' | 'log'>>
}

/** Stands for the built pages, which tests of the server must not wait for. */
export const SAMPLE_PAGES = join(import.meta.dirname, 'sample-pages')

export const TEST_HOST_KEY = 'host-key-of-the-tests-0123456789abcdef'

/** A whole Charsu node on a free loopback port, in this process, over a real database. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.database ?? (await createTestDatabase())
  const uploads = await temporaryFolder()
  const config: Config = {
    ...readConfig({ CHARSU_PORT: '0', CHARSU_HOST_KEY: TEST_HOST_KEY, ...NO_LIMITS }),
    dataDir: uploads.path,
    mediaDir: uploads.path,
    ...options.config,
  }
  const server = await createServer(config, {
    pool: database.pool,
    clock: options.clock ?? systemClock,
    log: options.log ?? createLog({ level: 'silent' }),
    pages: SAMPLE_PAGES,
    ...options.deps,
  })
  const { port } = await server.listen()
  const close = async (): Promise<void> => {
    await server.close()
    await uploads[Symbol.asyncDispose]()
    if (!options.database) await database.drop()
  }
  return {
    url: `http://127.0.0.1:${port}`,
    hostKey: TEST_HOST_KEY,
    server,
    database,
    db: createDatabase(database.pool),
    close,
    [Symbol.asyncDispose]: close,
  }
}
