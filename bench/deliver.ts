import { join } from 'node:path'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { startChild } from './child-server.ts'
import { IN_FLIGHT, openDeliverySite, type Times } from './delivery-site.ts'
import { median, percentile, round } from './figures.ts'
import { closedLoop } from './load.ts'
import { countProcessorTime, shareText, totalOf } from './processor-share.ts'
import { createSender } from './sender.ts'

const FULL = { rounds: 5, warmUp: 5_000, messages: 12_000, relays: 20_000, openSeconds: 20 }
const QUICK = { rounds: 2, warmUp: 3_000, messages: 5_000, relays: 8_000, openSeconds: 5 }
const OPEN_PER_SECOND = 500

export const bars: readonly Bar[] = [
  { name: 'ratio', field: 'ratio', atLeast: 0.6 },
  { name: 'p50 from accepted to received at 500/s', field: 'p50_ms', atMost: 10, unit: 'ms' },
  { name: 'p99 from accepted to received at 500/s', field: 'p99_ms', atMost: 50, unit: 'ms' },
]

/**
 * The whole path of a message, send to commit to webhook received, against a bare relay: same client, same receiver,
 * same number in flight, in alternating rounds. Then messages on a fixed schedule, for how long one takes.
 */
export async function run({ quick }: BenchmarkOptions): Promise<Summary> {
  const size = quick ? QUICK : FULL
  await using site = await openDeliverySite()
  const { bed, charsu, marketplace } = site
  const relayFile = join(import.meta.dirname, 'relay-server.ts')
  await using relay = await startChild(relayFile, {}, { arguments: [site.sinkUrl] })
  await using relayed = createSender(relay.url, marketplace, { connections: IN_FLIGHT })
  const relayAll = (amount: number): Promise<number> =>
    closedLoop({ slots: IN_FLIGHT, amount }, () => relayed.send())

  await relayAll(size.warmUp)
  await site.deliver(size.warmUp)
  const floors: number[] = []
  const rates: number[] = []
  for (let i = 0; i < size.rounds; i++) {
    const sinceFloor = await countProcessorTime(bed.pool, relay.pid)
    const floor = await relayAll(size.relays)
    const floorShare = await sinceFloor(size.relays)
    const sinceDelivery = await countProcessorTime(bed.pool, charsu.pid)
    const rate = await site.deliver(size.messages)
    const share = await sinceDelivery(size.messages)
    floors.push(floor)
    rates.push(rate)
    const ofTime = round(totalOf(floorShare) / totalOf(share), 3)
    console.log(`round ${i + 1}: ratio ${round(rate / floor, 3)}, of processor time ${ofTime}`)
    console.log(`  relay ${round(floor)}/s: ${shareText(floorShare)}`)
    console.log(`  deliver ${round(rate)}/s: ${shareText(share)}`)
  }
  const times = await site.paced({ perSecond: OPEN_PER_SECOND, seconds: size.openSeconds })
  const from = (beginning: keyof Times) => {
    const values = times.map((each) => each[beginning])
    const [p50, p99] = [round(median(values), 1), round(percentile(values, 0.99), 1)]
    console.log(`${OPEN_PER_SECOND}/s, from ${beginning} to received: p50 ${p50} ms, p99 ${p99} ms`)
    return { p50, p99 }
  }
  const accepted = from('accepted')
  from('answered')
  const scheduled = from('scheduled')
  const memory = await charsu.memoryMb()
  await site.requireComplete()
  return {
    bench: 'deliver',
    rate: round(median(rates)),
    floor_rate: round(median(floors)),
    ratio: round(median(rates.map((rate, i) => rate / floors[i]!)), 3),
    p50_ms: accepted.p50,
    p99_ms: accepted.p99,
    send_to_receive_p50_ms: scheduled.p50,
    send_to_receive_p99_ms: scheduled.p99,
    rss_mb: memory.peak,
  }
}
