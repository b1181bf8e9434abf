import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Program, startProgram } from './child-process.ts'

const MAIN = join(import.meta.dirname, '../../../packages/server/src/main.ts')

export interface Marketplace extends Program {
  /** Origin. */
  url: string
  hostKey: string
}

/** Where its database is: a PostgreSQL that runs, or a folder for the embedded one. */
export type DatabasePlace = { databaseUrl: string } | { dataDir: string }

export interface MarketplaceInput {
  database: DatabasePlace
  /** A free one by default. */
  port?: number
  hostKey?: string
}

/** Charsu itself, as `npm start` runs it. */
export async function startMarketplace({
  database,
  port = 0,
  hostKey = randomBytes(24).toString('base64url'),
}: MarketplaceInput): Promise<Marketplace> {
  const program = await startProgram({
    name: 'Charsu',
    script: MAIN,
    env: {
      ...inherited(),
      CHARSU_PORT: String(port),
      CHARSU_HOST_KEY: hostKey,
      ...('databaseUrl' in database
        ? { DATABASE_URL: database.databaseUrl }
        : { CHARSU_DATA_DIR: database.dataDir }),
    },
    readyLine: /ready at (\S+)/,
  })
  return { ...program, url: program.ready, hostKey }
}

/** Settings of whoever runs the story are not the story's. */
const inherited = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !entry[0].startsWith('CHARSU_') && entry[0] !== 'DATABASE_URL',
    ),
  )
