import { migrate } from '../src/db/migrate.ts'
import { createPool } from '../src/db/pool.ts'
import { silentLog } from './test-log.ts'

/** A process of its own around migrate. */
const { url, folder } = JSON.parse(process.argv[2] ?? '{}')
const pool = createPool({ url, max: 1, log: silentLog, applicationName: 'charsu test' })
console.log(JSON.stringify(await migrate(pool, folder)))
await pool.end()
