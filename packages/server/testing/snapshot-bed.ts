import { systemClock } from '../src/clock.ts'
import { type Config, readConfig } from '../src/config.ts'
import { createDatabase, type Database } from '../src/db/database.ts'
import { createLog } from '../src/log.ts'
import { RenewedNode } from '../src/processes/renewed-node.ts'
import { NO_LIMITS } from './no-limits.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { TEST_HOST_KEY } from './test-server.ts'

export interface Answer {
  status: number
  body: Record<string, unknown> & { message?: string; details?: { reason?: string }[] }
}

/** A node of the development mode that is renewed as a process renews its own. */
export interface SnapshotBed extends AsyncDisposable {
  url: string
  database: TestDatabase
  db: Database
  dataDir: string
  call(method: string, path: string, body?: unknown): Promise<Answer>
  /** @throws when it is refused. */
  save(name: string): Promise<Answer['body']>
  load(name: string): Promise<Answer['body']>
}

export async function openSnapshotBed(
  options: {
    config?: Partial<Config>
    database?: TestDatabase
    folder?: TemporaryFolder
    pages?: string
  } = {},
): Promise<SnapshotBed> {
  const database = options.database ?? (await createTestDatabase())
  const folder = options.folder ?? (await temporaryFolder())
  const config: Config = {
    ...readConfig({ CHARSU_PORT: '0', CHARSU_HOST_KEY: TEST_HOST_KEY, ...NO_LIMITS }),
    dataDir: folder.path,
    mediaDir: `${folder.path}/media`,
    ...options.config,
  }
  const node = new RenewedNode(config, {
    pool: database.pool,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    sharesPort: false,
    ...(options.pages !== undefined && { pages: options.pages }),
  })
  const { port } = await node.start()
  const url = `http://127.0.0.1:${port}`
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${TEST_HOST_KEY}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }
  const succeed = async (method: string, path: string, body?: unknown): Promise<Answer['body']> => {
    const answer = await call(method, path, body)
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.message}`)
    return answer.body
  }
  return {
    url,
    database,
    db: createDatabase(database.pool),
    dataDir: folder.path,
    call,
    save: (name) => succeed('POST', '/dev/v1/snapshots', { name }),
    load: (name) => succeed('POST', `/dev/v1/snapshots/${name}/load`),
    async [Symbol.asyncDispose]() {
      await node.close()
      if (!options.folder) await folder[Symbol.asyncDispose]()
      if (!options.database) await database.drop()
    },
  }
}
