import { join } from 'node:path'
import { Arrivals, wallClock } from './arrivals.ts'
import { openBed } from './bed.ts'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { startChild } from './child-server.ts'
import { requireAllDelivered } from './delivered-rows.ts'
import { median, percentile, round } from './figures.ts'
import { closedLoop, openLoop } from './load.ts'
import { countProcessorTime, shareText } from './processor-share.ts'
import { fill } from './send-marketplace.ts'
import { createSender, type Sender } from './sender.ts'
import { startSink } from './webhook-sink.ts'

const IN_FLIGHT = 64
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
  const arrivals = new Arrivals()
  await using sink = await startSink(arrivals.hear)
  await using bed = await openBed()
  const marketplace = await fill(bed.pool, { eventsUrl: sink.url })
  const charsu = await bed.startCharsu()
  await using relay = await startChild(
    join(import.meta.dirname, 'relay-server.ts'),
    {},
    { arguments: [sink.url] },
  )
  await using sender = createSender(charsu.url, marketplace, { connections: IN_FLIGHT })
  await using relayed = createSender(relay.url, marketplace, { connections: IN_FLIGHT })
  let accepted = 0
  const deliver = (amount: number): Promise<number> => {
    accepted += amount
    return closedLoop({ slots: IN_FLIGHT, amount }, () => sendAndHear(sender, arrivals))
  }
  const relayAll = (amount: number): Promise<number> =>
    closedLoop({ slots: IN_FLIGHT, amount }, () => relayed.send())

  await relayAll(size.warmUp)
  await deliver(size.warmUp)
  const floors: number[] = []
  const rates: number[] = []
  for (let i = 0; i < size.rounds; i++) {
    const floorShare = await countProcessorTime(bed.pool, relay.pid)
    floors.push(await relayAll(size.relays))
    const relayText = shareText(await floorShare(size.relays))
    const share = await countProcessorTime(bed.pool, charsu.pid)
    rates.push(await deliver(size.messages))
    console.log(`round ${i + 1}: relay ${round(floors[i]!)}/s; ${relayText}`)
    console.log(
      `         deliver ${round(rates[i]!)}/s; ${shareText(await share(size.messages))}; ratio ${round(rates[i]! / floors[i]!, 3)}`,
    )
  }
  const open = await openLoop({ perSecond: OPEN_PER_SECOND, seconds: size.openSeconds }, (scheduledAt) =>
    timed(sender, arrivals, scheduledAt),
  )
  accepted += open.length
  const times = {
    accepted: open.map(({ accepted }) => accepted),
    answered: open.map(({ answered }) => answered),
    scheduled: open.map(({ scheduled }) => scheduled),
  }
  for (const [from, values] of Object.entries(times)) {
    console.log(
      `${OPEN_PER_SECOND}/s, from ${from} to received: p50 ${round(median(values), 1)} ms, p99 ${round(percentile(values, 0.99), 1)} ms`,
    )
  }
  const memory = await charsu.memoryMb()
  await requireAllDelivered(bed.pool, { messages: accepted, deliveries: accepted })
  return {
    bench: 'deliver',
    rate: round(median(rates)),
    floor_rate: round(median(floors)),
    ratio: round(median(rates.map((rate, i) => rate / floors[i]!)), 3),
    p50_ms: round(median(times.accepted), 1),
    p99_ms: round(percentile(times.accepted, 0.99), 1),
    send_to_receive_p50_ms: round(median(times.scheduled), 1),
    send_to_receive_p99_ms: round(percentile(times.scheduled, 0.99), 1),
    rss_mb: memory.peak,
  }
}

async function sendAndHear(sender: Sender, arrivals: Arrivals): Promise<void> {
  await arrivals.of((await sender.send())!)
}

/** Milliseconds until one message's webhook was received, from three beginnings. */
interface Times {
  /** When the transaction that accepted it gave it its time, which is before its commit. */
  accepted: number
  /** When its send was answered; the webhook may come first. */
  answered: number
  /** When it should have been sent. */
  scheduled: number
}

async function timed(sender: Sender, arrivals: Arrivals, scheduledAt: number): Promise<Times> {
  const id = (await sender.send())!
  const answeredAt = wallClock()
  const { at, sentAt } = await arrivals.of(id)
  return {
    accepted: at - sentAt,
    answered: Math.max(0, at - answeredAt),
    scheduled: at - (performance.timeOrigin + scheduledAt),
  }
}
