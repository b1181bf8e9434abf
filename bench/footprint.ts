import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import { Arrivals } from './arrivals.ts'
import { openBed } from './bed.ts'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { requireAllDelivered } from './delivered-rows.ts'
import { median, round } from './figures.ts'
import { closedLoop } from './load.ts'
import { countProcessorTime, shareText } from './processor-share.ts'
import { BODY, fill } from './send-marketplace.ts'
import { createSender } from './sender.ts'
import { startSink } from './webhook-sink.ts'

/** Apps that hear each message. The first has none, so that what a message costs by itself shows. */
const CASES = [
  { apps: 0, inFlight: 64, messages: 10_000 },
  { apps: 1, inFlight: 64, messages: 8_000 },
  { apps: 10, inFlight: 32, messages: 1_500 },
] as const
const ROUNDS = { full: 5, quick: 2 }
const QUICKER = 3
const IDLE_SECONDS = 10

export const bars: readonly Bar[] = []

/** What one message to a number of apps took: microseconds of processors, bytes of the write-ahead log. */
type Cost = Record<'server' | 'main' | 'database' | 'wal', number>

/**
 * What a message and a delivery cost the server and the database: processor time and write-ahead log by difference
 * between messages that nobody, one and ten apps hear, disk by the growth of the tables. Under full load, so that
 * commits are as shared as they are where it matters.
 */
export async function run({ quick }: BenchmarkOptions): Promise<Summary> {
  await using opened = new AsyncDisposableStack()
  const bed = opened.use(await openBed())
  const charsu = await bed.startCharsu()
  const cases = []
  for (const { apps, inFlight, messages } of CASES) {
    const arrivals = new Arrivals(apps)
    const sink = opened.use(await startSink(arrivals.hear))
    const marketplace = await fill(bed.pool, { eventsUrl: sink.url, listeners: Math.max(1, apps) })
    if (apps === 0) await bed.pool.query('update subscriptions set ended_at = clock_timestamp()')
    const sender = opened.use(createSender(charsu.url, marketplace, { connections: inFlight }))
    const amount = Math.round(messages / (quick ? QUICKER : 1))
    const exchange = async (): Promise<unknown> => {
      const id = (await sender.send())!
      return apps > 0 ? arrivals.of(id) : id
    }
    cases.push({
      apps,
      amount,
      costs: [] as Cost[],
      pass: () => closedLoop({ slots: inFlight, amount }, exchange),
    })
  }
  const accepted = { messages: 0, deliveries: 0 }
  let before = await sizes(bed.pool)
  let counted = { ...accepted }
  for (let i = 0; i <= (quick ? ROUNDS.quick : ROUNDS.full); i++) {
    for (const { apps, amount, costs, pass } of cases) {
      const walBefore = await walPosition(bed.pool)
      const share = await countProcessorTime(bed.pool, charsu.pid)
      const rate = await pass()
      const used = await share(amount)
      const wal = ((await walPosition(bed.pool)) - walBefore) / amount
      accepted.messages += amount
      accepted.deliveries += amount * apps
      if (i > 0) costs.push({ server: used.server, main: used.serverMain, database: used.database, wal })
      console.log(
        `${i > 0 ? `round ${i}` : 'warm-up'}: ${apps} apps: ${round(rate)}/s; ${shareText(used)}; ${round(wal)} bytes of log`,
      )
    }
    // The warm-up wrote whole pages into the log and filled what the tables begin with.
    if (i === 0) {
      before = await sizes(bed.pool)
      counted = { ...accepted }
    }
  }
  await requireAllDelivered(bed.pool, accepted)
  const idleShare = await countProcessorTime(bed.pool, charsu.pid)
  await delay(IDLE_SECONDS * 1000)
  const idle = await idleShare(IDLE_SECONDS)
  console.log(`idle: server ${idle.server}, database ${idle.database} us a second`)
  const after = await sizes(bed.pool)
  const memory = await charsu.memoryMb()
  const [none, one, ten] = cases.map(({ costs }) => middle(costs))
  const each = (cost: keyof Cost): [message: number, delivery: number, fanned: number] => [
    round(none![cost]),
    round(one![cost] - none![cost]),
    round((ten![cost] - none![cost]) / CASES[2].apps),
  ]
  const summary: Summary = { bench: 'footprint' }
  for (const [cost, unit] of [
    ['server', 'us'],
    ['main', 'us'],
    ['database', 'us'],
    ['wal', 'bytes'],
  ] as const) {
    const [message, delivery, fanned] = each(cost)
    summary[`message_${cost}_${unit}`] = message
    summary[`delivery_${cost}_${unit}`] = delivery
    summary[`fanned_delivery_${cost}_${unit}`] = fanned
  }
  return {
    ...summary,
    idle_server_us: idle.server,
    idle_database_us: idle.database,
    message_disk_bytes: round((after.messages - before.messages) / (accepted.messages - counted.messages)),
    delivery_disk_bytes: round((after.history - before.history) / (accepted.deliveries - counted.deliveries)),
    body_bytes: Buffer.byteLength(BODY),
    rss_mb: memory.peak,
  }
}

const middle = (costs: readonly Cost[]): Cost => {
  const of = (cost: keyof Cost): number => median(costs.map((each) => each[cost]))
  return { server: of('server'), main: of('main'), database: of('database'), wal: of('wal') }
}

async function walPosition(pool: Pool): Promise<number> {
  const { rows } = await pool.query(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as position`)
  return Number(rows[0].position)
}

/** With indexes and TOAST. */
async function sizes(pool: Pool): Promise<{ messages: number; history: number }> {
  const { rows } = await pool.query(
    `select pg_total_relation_size('messages') as messages, (
       select sum(pg_total_relation_size(relid)) from pg_partition_tree('delivery_history')) as history`,
  )
  return { messages: Number(rows[0].messages), history: Number(rows[0].history) }
}
