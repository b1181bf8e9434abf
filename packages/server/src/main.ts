import { join } from 'node:path'
import { systemClock } from './clock.ts'
import { ConfigError, readConfig } from './config.ts'
import { createDatabase } from './db/database.ts'
import { DatabaseStartError } from './db/database-start-error.ts'
import { startEmbedded } from './db/embedded.ts'
import { defaultDataDir } from './db/embedded-account.ts'
import { migrate } from './db/migrate.ts'
import { checkServer, createPool } from './db/pool.ts'
import { developmentBanner } from './host/development-banner.ts'
import { openDevelopmentMarketplace } from './host/development-marketplace.ts'
import { createLog } from './log.ts'
import { createServer } from './server.ts'

const CHECKOUT = join(import.meta.dirname, '../../..')
/** Each part ends by itself well before; this is for a database that no longer answers. */
const LONGEST_STOP_MS = 15_000

/** @param opened what to end again, the last first: all of it when the program stops, what there is when the start fails. */
async function start(opened: AsyncDisposableStack): Promise<void> {
  const config = readConfig(process.env, process.argv.slice(2))
  const log = createLog({ level: config.logLevel })
  let url = config.databaseUrl
  if (url === null) {
    const embedded = await startEmbedded({
      dataDir: config.dataDir ?? defaultDataDir({ checkout: CHECKOUT, uid: process.getuid?.() }),
      port: config.databasePort ?? undefined,
      log,
    })
    opened.defer(() => embedded.stop())
    url = embedded.url
  }
  const pool = createPool({ url, max: config.databaseConnections, log, applicationName: 'charsu' })
  opened.defer(() => pool.end())
  await checkServer(pool)
  await migrate(pool)
  const development =
    config.mode === 'development' ? await openDevelopmentMarketplace(createDatabase(pool)) : null
  const server = await createServer(config, { pool, clock: systemClock, log })
  opened.defer(() => server.close())
  const { url: address } = await server.listen()
  process.stdout.write(
    development
      ? developmentBanner({ url: address, hostKey: server.hostKey, app: development.app })
      : `Charsu is ready at ${address}\n`,
  )
}

function explain(error: unknown): string {
  if (error instanceof DatabaseStartError) return `${error.message}\n${error.hint}`
  if (error instanceof ConfigError) return error.message
  return String((error as Error).stack ?? error)
}

const opened = new AsyncDisposableStack()

function end(): Promise<void> {
  setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref()
  return opened.disposeAsync()
}

const started = start(opened).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
  return end()
})
// A start is not left half done: its database would stay behind. A second signal ends the process at once.
const stop = (): void => void started.then(end)
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
