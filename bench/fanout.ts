import { Arrivals } from './arrivals.ts'
import { openBed } from './bed.ts'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { requireAllDelivered } from './delivered-rows.ts'
import { median, round } from './figures.ts'
import { closedLoop } from './load.ts'
import { countProcessorTime, shareText } from './processor-share.ts'
import { fill } from './send-marketplace.ts'
import { createSender } from './sender.ts'
import { startSink } from './webhook-sink.ts'

/** Fewer messages at once where each has more apps, so that the receiver is never asked for thousands at once. */
const CASES = [
  { apps: 1, inFlight: 64, deliveries: 10_000 },
  { apps: 10, inFlight: 32, deliveries: 20_000 },
  { apps: 100, inFlight: 8, deliveries: 20_000 },
]
const ROUNDS = { full: 3, quick: 1 }
const QUICKER = 4

export const bars: readonly Bar[] = []

/** One message to 1, 10 and 100 apps, by turns; an exchange ends when the last of its apps has heard it. */
export async function run({ quick }: BenchmarkOptions): Promise<Summary> {
  await using opened = new AsyncDisposableStack()
  const bed = opened.use(await openBed())
  const charsu = await bed.startCharsu()
  const cases = []
  for (const each of CASES) {
    const arrivals = new Arrivals(each.apps)
    const sink = opened.use(await startSink(arrivals.hear))
    const marketplace = await fill(bed.pool, { eventsUrl: sink.url, listeners: each.apps })
    const sender = opened.use(createSender(charsu.url, marketplace, { connections: each.inFlight }))
    const amount = each.deliveries / each.apps / (quick ? QUICKER : 1)
    const exchange = async () => arrivals.of((await sender.send())!)
    cases.push({
      ...each,
      amount,
      rates: [] as number[],
      pass: () => closedLoop({ slots: each.inFlight, amount }, exchange),
    })
  }
  const accepted = { messages: 0, deliveries: 0 }
  for (let i = 0; i <= (quick ? ROUNDS.quick : ROUNDS.full); i++) {
    for (const { apps, amount, rates, pass } of cases) {
      const share = await countProcessorTime(bed.pool, charsu.pid)
      const rate = await pass()
      accepted.messages += amount
      accepted.deliveries += amount * apps
      // The first pass warms up.
      if (i > 0) rates.push(rate)
      console.log(
        `${i > 0 ? `round ${i}` : 'warm-up'}: ${apps} apps: ${round(rate)} messages/s, ${round(rate * apps)} deliveries/s; ${shareText(await share(amount))}`,
      )
    }
  }
  await requireAllDelivered(bed.pool, accepted)
  const memory = await charsu.memoryMb()
  const summary: Summary = { bench: 'fanout' }
  for (const { apps, rates } of cases) {
    summary[`messages_per_s_to_${apps}`] = round(median(rates), 1)
    summary[`deliveries_per_s_to_${apps}`] = round(median(rates) * apps)
  }
  return { ...summary, rss_mb: memory.peak }
}
