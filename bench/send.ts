import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'
import manifest from '../package.json' with { type: 'json' }
import { startEmbedded } from '../packages/server/src/db/embedded.ts'
import { migrate } from '../packages/server/src/db/migrate.ts'
import { createPool } from '../packages/server/src/db/pool.ts'
import { createLog } from '../packages/server/src/log.ts'
import { startChild } from './child-server.ts'
import { type Load, load, median, single } from './send-client.ts'
import { fill } from './send-marketplace.ts'

const ROUNDS = 5
const SENDS_A_ROUND = 20_000
const ECHOES_A_ROUND = 40_000
const WARM_UP = 10_000
const SINGLE_SENDS = 1_000

/** Memory settings that `npm start` gives to Node; the benchmark measures the server as it is started. */
const START_FLAGS = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'))

const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit']

async function requireDurable(pool: Pool): Promise<void> {
  for (const name of DURABLE) {
    const { rows } = await pool.query<{ value: string }>('select current_setting($1) as value', [name])
    if (rows[0]?.value !== 'on')
      throw new Error(`${name} is ${rows[0]?.value}: this benchmark measures durable sends`)
  }
}

async function count(pool: Pool, table: 'messages' | 'delivery_queue'): Promise<number> {
  return Number((await pool.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n)
}

const round = (value: number, digits = 0): number => Number(value.toFixed(digits))

/**
 * Charsu's send path against a bare Fastify echo with the same body schema: same client, same connections, in
 * alternating rounds; each figure is the median of its rounds. Deliveries are written but not attempted.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'charsu-bench-'))
  // The server's own user has to pass through.
  await chmod(folder, 0o711)
  const log = createLog({ level: 'warn' })
  const postgres = await startEmbedded({ dataDir: join(folder, 'postgres'), log })
  const pool = createPool({ url: postgres.url, max: 4, log, applicationName: 'charsu bench' })
  try {
    await migrate(pool)
    await requireDurable(pool)
    const marketplace = await fill(pool)
    const charsu = await startChild(
      join(import.meta.dirname, '../packages/server/src/main.ts'),
      {
        DATABASE_URL: postgres.url,
        CHARSU_PORT: '0',
        CHARSU_DISPATCHER: 'off',
      },
      START_FLAGS,
    )
    const echo = await startChild(join(import.meta.dirname, 'echo-server.ts'), {})
    let accepted = (await load(charsu.url, marketplace, WARM_UP)).accepted
    await load(echo.url, marketplace, WARM_UP)
    const floors: Load[] = []
    const sends: Load[] = []
    for (let i = 0; i < ROUNDS; i++) {
      floors.push(await load(echo.url, marketplace, ECHOES_A_ROUND))
      sends.push(await load(charsu.url, marketplace, SENDS_A_ROUND))
      accepted += SENDS_A_ROUND
      const ratio = sends[i]!.rate / floors[i]!.rate
      console.log(
        `round ${i + 1}: echo ${round(floors[i]!.rate)}/s, send ${round(sends[i]!.rate)}/s, ratio ${round(ratio, 3)}, p99 ${sends[i]!.p99} ms`,
      )
    }
    const singleP50 = await single(charsu.url, marketplace, SINGLE_SENDS)
    accepted += SINGLE_SENDS
    const memory = await charsu.peakMemoryMb()
    await charsu.stop()
    await echo.stop()
    const written = {
      messages: await count(pool, 'messages'),
      deliveries: await count(pool, 'delivery_queue'),
    }
    console.log(
      `accepted ${accepted}, written ${written.messages} messages and ${written.deliveries} deliveries`,
    )
    if (written.messages !== accepted || written.deliveries !== accepted)
      throw new Error('accepted and written differ')
    const summary = {
      bench: 'send',
      rate: round(median(sends.map((each) => each.rate))),
      floor_rate: round(median(floors.map((each) => each.rate))),
      ratio: round(median(sends.map((each, i) => each.rate / floors[i]!.rate)), 3),
      p50_ms: median(sends.map((each) => each.p50)),
      p99_ms: median(sends.map((each) => each.p99)),
      single_p50_ms: round(singleP50, 2),
      rss_mb: memory,
    }
    console.log(JSON.stringify(summary))
  } finally {
    await pool.end()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
