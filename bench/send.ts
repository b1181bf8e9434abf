import { join } from 'node:path'
import type { Pool } from 'pg'
import { openBed } from './bed.ts'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { startChild } from './child-server.ts'
import { median, round } from './figures.ts'
import { type Load, load, single } from './send-client.ts'
import { fill } from './send-marketplace.ts'

const FULL = { rounds: 5, sends: 20_000, echoes: 40_000, warmUp: 10_000, single: 1_000 }
const QUICK = { rounds: 2, sends: 8_000, echoes: 16_000, warmUp: 5_000, single: 200 }
/** Nobody listens there, and nobody is called: the dispatcher is off. */
const NOWHERE = 'http://127.0.0.1:9/events'

export const bars: readonly Bar[] = [
  { name: 'ratio', field: 'ratio', atLeast: 0.5 },
  { name: 'p99 at 64 connections', field: 'p99_ms', atMost: 60, unit: 'ms' },
  { name: 'one connection p50', field: 'single_p50_ms', atMost: 8, unit: 'ms' },
  { name: 'memory', field: 'rss_mb', atMost: 250, unit: 'MB' },
]

async function count(pool: Pool, table: 'messages' | 'delivery_queue'): Promise<number> {
  return Number((await pool.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n)
}

/**
 * Charsu's send path against a bare Fastify echo with the same body schema: same client, same connections, in
 * alternating rounds; each figure is the median of its rounds. Deliveries are written but not attempted.
 */
export async function run({ quick }: BenchmarkOptions): Promise<Summary> {
  const size = quick ? QUICK : FULL
  await using bed = await openBed()
  const marketplace = await fill(bed.pool, { eventsUrl: NOWHERE })
  const charsu = await bed.startCharsu({ CHARSU_DISPATCHER: 'off' })
  await using echo = await startChild(join(import.meta.dirname, 'echo-server.ts'), {})
  let accepted = (await load(charsu.url, marketplace, size.warmUp)).accepted
  await load(echo.url, marketplace, size.warmUp)
  const floors: Load[] = []
  const sends: Load[] = []
  for (let i = 0; i < size.rounds; i++) {
    floors.push(await load(echo.url, marketplace, size.echoes))
    sends.push(await load(charsu.url, marketplace, size.sends))
    accepted += size.sends
    const ratio = sends[i]!.rate / floors[i]!.rate
    console.log(
      `round ${i + 1}: echo ${round(floors[i]!.rate)}/s, send ${round(sends[i]!.rate)}/s, ratio ${round(ratio, 3)}, p99 ${sends[i]!.p99} ms`,
    )
  }
  const singleP50 = await single(charsu.url, marketplace, size.single)
  accepted += size.single
  const memory = await charsu.memoryMb()
  const written = {
    messages: await count(bed.pool, 'messages'),
    deliveries: await count(bed.pool, 'delivery_queue'),
  }
  console.log(
    `accepted ${accepted}, written ${written.messages} messages and ${written.deliveries} deliveries`,
  )
  if (written.messages !== accepted || written.deliveries !== accepted)
    throw new Error('accepted and written differ')
  return {
    bench: 'send',
    rate: round(median(sends.map((each) => each.rate))),
    floor_rate: round(median(floors.map((each) => each.rate))),
    ratio: round(median(sends.map((each, i) => each.rate / floors[i]!.rate)), 3),
    p50_ms: median(sends.map((each) => each.p50)),
    p99_ms: median(sends.map((each) => each.p99)),
    single_p50_ms: round(singleP50, 2),
    rss_mb: memory.peak,
  }
}
