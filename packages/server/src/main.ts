import { join } from 'node:path'
import { systemClock } from './clock.ts'
import { ConfigError, readConfig } from './config.ts'
import { createDatabase } from './db/database.ts'
import { DatabaseStartError } from './db/database-start-error.ts'
import { type Embedded, startEmbedded } from './db/embedded.ts'
import { defaultDataDir } from './db/embedded-account.ts'
import { migrate } from './db/migrate.ts'
import { checkServer, createPool } from './db/pool.ts'
import { developmentBanner } from './host/development-banner.ts'
import { openDevelopmentMarketplace } from './host/development-marketplace.ts'
import { createLog } from './log.ts'
import { createServer } from './server.ts'

const CHECKOUT = join(import.meta.dirname, '../../..')

async function start(): Promise<void> {
  const config = readConfig(process.env, process.argv.slice(2))
  const log = createLog({ level: config.logLevel })
  const embedded: Embedded | null = config.databaseUrl
    ? null
    : await startEmbedded({
        dataDir: config.dataDir ?? defaultDataDir({ checkout: CHECKOUT, uid: process.getuid?.() }),
        port: config.databasePort ?? undefined,
        log,
      })
  const url = embedded?.url ?? config.databaseUrl!
  const pool = createPool({ url, max: config.databaseConnections, log, applicationName: 'charsu' })
  await checkServer(pool)
  await migrate(pool)
  const development =
    config.mode === 'development' ? await openDevelopmentMarketplace(createDatabase(pool)) : null
  const server = await createServer(config, { pool, clock: systemClock, log })
  const { url: address } = await server.listen()
  process.stdout.write(
    development
      ? developmentBanner({ url: address, hostKey: server.hostKey, app: development.app })
      : `Charsu is ready at ${address}\n`,
  )

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    await server.close()
    await pool.end()
    await embedded?.stop()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

start().catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof DatabaseStartError
  process.stderr.write(`${known ? String(error) : ((error as Error).stack ?? error)}\n`)
  process.exitCode = 1
})
