import { createDatabase } from '../src/db/database.ts'
import { createPool } from '../src/db/pool.ts'
import { createReplayRunner } from '../src/delivery/replay-runner.ts'

/** A node that only carries replays on, for tests that kill it. */
const { url } = JSON.parse(process.argv[2] ?? '') as { url: string }
const log = { info() {}, warn() {}, error() {} }
const pool = createPool({ url, max: 2, log, applicationName: 'charsu test node' })
createReplayRunner({ db: createDatabase(pool), log }, { pollMs: 1, breathMs: 0 }).start()
console.log(JSON.stringify({ started: true }))
