import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../packages/server/src/clock.ts'
import { readConfig } from '../packages/server/src/config.ts'
import { startEmbedded } from '../packages/server/src/db/embedded.ts'
import { migrate } from '../packages/server/src/db/migrate.ts'
import { createPool } from '../packages/server/src/db/pool.ts'
import { createLog } from '../packages/server/src/log.ts'
import { createServer } from '../packages/server/src/server.ts'
import { compatibilityFaults } from './compatibility/compatibility-faults.ts'
import { compatibilityPage, type PublicRoute } from './compatibility/compatibility-page.ts'
import { contractSections } from './compatibility/contract-sections.ts'
import { decidedOperations } from './conformance/cases.ts'

// Why this script: what is served is written once, in the routes, and what is decided about the published operations
// in the conformance run. A list kept by hand would soon promise something else.

const ROOT = join(import.meta.dirname, '..')
const PAGE = 'docs/compatibility.md'
const read = (file: string): string | null =>
  existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : null

/** The routes of a server as it runs, on a database of its own that goes again. */
async function readRoutes(): Promise<PublicRoute[]> {
  const dataDir = join(tmpdir(), `charsu-routes-${randomUUID()}`)
  const silent = { info(): void {}, warn(): void {} }
  const embedded = await startEmbedded({ dataDir, log: silent })
  try {
    const pool = createPool({ url: embedded.url, max: 4, log: silent, applicationName: 'charsu routes' })
    await migrate(pool)
    const config = readConfig({ CHARSU_PORT: '0', CHARSU_DATA_DIR: dataDir })
    const server = await createServer(config, {
      pool,
      clock: systemClock,
      log: createLog({ level: 'silent' }),
    })
    await server.listen()
    const routes = server.routes.map(({ method, path, aliases = [], operation, permission }) => ({
      method,
      path,
      aliases,
      operation,
      ...(permission !== undefined && { permission }),
    }))
    await server.close()
    await pool.end()
    return routes
  } finally {
    await embedded.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const facts = {
  routes: await readRoutes(),
  decided: decidedOperations(),
  sections: contractSections(read('docs/wire-contract.md') ?? ''),
}
const faults = compatibilityFaults(facts, read)
const page = compatibilityPage(facts)
if (!process.argv.includes('--check')) writeFileSync(join(ROOT, PAGE), page)
else if (read(PAGE) === page) console.log(`${PAGE} is as the routes say`)
else faults.push(`${PAGE} is out of date: run npx node scripts/gen-compatibility.ts and commit it`)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
