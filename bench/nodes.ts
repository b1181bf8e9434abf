import { Arrivals } from './arrivals.ts'
import { openBed } from './bed.ts'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { requireAllDelivered } from './delivered-rows.ts'
import { IN_FLIGHT } from './delivery-site.ts'
import { median, round } from './figures.ts'
import { closedLoop } from './load.ts'
import { fill } from './send-marketplace.ts'
import { createSender, type Sender } from './sender.ts'
import { startSink } from './webhook-sink.ts'

const MOST_NODES = 3
const FULL = { rounds: 3, warmUp: 2_000, messages: 10_000 }
const QUICK = { rounds: 1, warmUp: 1_000, messages: 3_000 }

export const bars: readonly Bar[] = []

/**
 * The whole path of a message through 1, 2 and 3 servers on one PostgreSQL, 64 in flight over all of them. Each round
 * starts them anew, so that none idles beside those that are measured.
 */
export async function run({ quick }: BenchmarkOptions): Promise<Summary> {
  const size = quick ? QUICK : FULL
  const arrivals = new Arrivals()
  await using sink = await startSink(arrivals.hear)
  await using bed = await openBed()
  const marketplace = await fill(bed.pool, { eventsUrl: sink.url })
  let accepted = 0
  const rateOf = async (nodes: number): Promise<number> => {
    await using opened = new AsyncDisposableStack()
    const senders: Sender[] = []
    for (let i = 0; i < nodes; i++) {
      const charsu = opened.use(await bed.startCharsu())
      senders.push(opened.use(createSender(charsu.url, marketplace, { connections: IN_FLIGHT })))
    }
    let turn = 0
    const exchange = async () => arrivals.of((await senders[turn++ % nodes]!.send())!)
    await closedLoop({ slots: IN_FLIGHT, amount: size.warmUp }, exchange)
    accepted += size.warmUp + size.messages
    return await closedLoop({ slots: IN_FLIGHT, amount: size.messages }, exchange)
  }
  const rates: number[][] = []
  for (let i = 0; i < size.rounds; i++) {
    const pass: number[] = []
    for (let nodes = 1; nodes <= MOST_NODES; nodes++) pass.push(await rateOf(nodes))
    rates.push(pass)
    console.log(`round ${i + 1}: ${pass.map((rate, n) => `${n + 1} nodes ${round(rate)}/s`).join(', ')}`)
  }
  await requireAllDelivered(bed.pool, { messages: accepted, deliveries: accepted })
  const summary: Summary = { bench: 'nodes' }
  for (let nodes = 1; nodes <= MOST_NODES; nodes++) {
    summary[`rate_${nodes}`] = round(median(rates.map((own) => own[nodes - 1]!)))
    if (nodes > 1) summary[`ratio_${nodes}`] = round(median(rates.map((own) => own[nodes - 1]! / own[0]!)), 3)
  }
  return summary
}
