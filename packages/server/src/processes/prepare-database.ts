import type { Pool } from 'pg'
import type { Config } from '../config.ts'
import { createDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import { checkServer } from '../db/pool.ts'
import { type DevelopmentMarketplace, openDevelopmentMarketplace } from '../host/development-marketplace.ts'
import type { Log } from '../log.ts'

/** Left to whoever looks into the database or migrates it. */
const SPARE_CONNECTIONS = 10

/**
 * Brings a database to what this program needs; done once, however many processes use it.
 * @returns what development mode offers, or null in production.
 * @throws DatabaseStartError.
 */
export async function prepareDatabase(
  config: Config,
  { pool, log }: { pool: Pool; log: Log },
): Promise<DevelopmentMarketplace | null> {
  await checkServer(pool)
  await migrate(pool)
  await warnOfFewConnections(config, { pool, log })
  return config.mode === 'development' ? openDevelopmentMarketplace(createDatabase(pool)) : null
}

/** Most connections that all processes of this program open: their pools, one each to listen and one for metrics. */
export const connectionsOf = ({ processes, databaseConnections }: Config): number =>
  processes * (databaseConnections + 2) + SPARE_CONNECTIONS

async function warnOfFewConnections(config: Config, { pool, log }: { pool: Pool; log: Log }): Promise<void> {
  const { rows } = await pool.query<{ most: number }>(
    `select current_setting('max_connections')::int as most`,
  )
  const most = rows[0]!.most
  const wanted = connectionsOf(config)
  if (wanted <= most) return
  log.warn(
    { wanted, most },
    'this program may want more database connections than the server has: lower CHARSU_PROCESSES or CHARSU_DATABASE_CONNECTIONS, or raise max_connections',
  )
}
