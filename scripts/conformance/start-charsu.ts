import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../../bench/child-server.ts'
import { startEmbedded } from '../../packages/server/src/db/embedded.ts'
import { NO_LIMITS } from '../../packages/server/testing/no-limits.ts'

export interface RunningCharsu extends AsyncDisposable {
  url: string
  hostKey: string
  /** Of its database, for a look at what the requests left behind. */
  databaseUrl: string
  /** What it has logged so far, one JSON object a line. */
  log(): Promise<string>
}

/** A Charsu as `npm start` runs it, on a free port, with a database of its own that goes when it stops. */
export async function startCharsu(): Promise<RunningCharsu> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'charsu-conformance-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  // PostgreSQL's own user has to pass through.
  await chmod(folder, 0o711)
  const quiet = { info() {}, warn: console.error }
  const database = await startEmbedded({ dataDir: join(folder, 'postgres'), log: quiet })
  opened.defer(() => database.stop())
  const hostKey = randomBytes(24).toString('base64url')
  const logFile = join(folder, 'charsu.log')
  const child = await startChild(
    join(import.meta.dirname, '../../packages/server/src/main.ts'),
    {
      CHARSU_MODE: 'development',
      CHARSU_PORT: '0',
      CHARSU_HOST: '',
      CHARSU_PUBLIC_URL: '',
      CHARSU_HOST_KEY: hostKey,
      // The app of this run hears no events; what it would be sent is not described in these documents.
      CHARSU_DISPATCHER: 'off',
      ...NO_LIMITS,
      DATABASE_URL: database.url,
    },
    { logFile },
  ).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await readFile(logFile, 'utf8')}`, { cause: error })
  })
  opened.defer(() => child.stop())
  const kept = opened.move()
  return {
    url: child.url,
    hostKey,
    databaseUrl: database.url,
    log: () => readFile(logFile, 'utf8'),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
