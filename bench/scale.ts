import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { claimDuring } from './claim-times.ts'
import { type DeliverySite, openDeliverySite } from './delivery-site.ts'
import { median, percentile, round } from './figures.ts'
import { openLoop } from './load.ts'
import { fill } from './send-marketplace.ts'
import { createSender } from './sender.ts'
import { addWaiting } from './waiting-deliveries.ts'

const SMALLEST = 1_000
const FULL = { many: [100_000, 1_000_000], rounds: 5, warmUp: 5_000, messages: 6_000, pairs: 5, seconds: 8 }
const QUICK = { many: [100_000], rounds: 2, warmUp: 2_000, messages: 3_000, pairs: 2, seconds: 4 }
const PER_SECOND = 500
const CLAIM_SECONDS = { full: 30, quick: 5 }
/** So that a claim finds deliveries of more than one app beside the ones that wait. */
const CLAIM_APPS = 10

export const bars: readonly Bar[] = [
  {
    name: 'rate with 1,000,000 conversations, of the rate with 1,000',
    field: 'conversations_ratio',
    atLeast: 0.85,
  },
  {
    name: 'rate with 1,000,000 waiting deliveries, of the rate with none',
    field: 'waiting_ratio',
    atLeast: 0.85,
  },
  { name: 'claim p99 with 1,000,000 waiting deliveries', field: 'claim_p99_ms', atMost: 20, unit: 'ms' },
  {
    name: "a healthy app's p99 beside them, above what it may rise (20 % or 10 ms, the larger)",
    field: 'healthy_p99_excess_ms',
    atMost: 0,
    unit: 'ms',
  },
]

type Size = typeof FULL

/**
 * The whole path of a message beside few and many conversations, and beside none and many deliveries that wait for an
 * app that is down. Each size has a database and a server of its own; they take turns.
 */
export async function run({ quick }: BenchmarkOptions): Promise<Summary> {
  const size = quick ? QUICK : FULL
  const conversations = await overConversations(size)
  const waiting = await overWaiting(size, quick ? CLAIM_SECONDS.quick : CLAIM_SECONDS.full)
  return { bench: 'scale', ...conversations, ...waiting }
}

async function overConversations(size: Size): Promise<Record<string, number>> {
  await using opened = new AsyncDisposableStack()
  const sites: DeliverySite[] = []
  const amounts = [SMALLEST, ...size.many]
  for (const conversations of amounts) sites.push(opened.use(await openDeliverySite({ conversations })))
  const ratios = await turns(sites, size, (i) => `${amounts[i]} conversations`)
  for (const site of sites) await site.requireComplete()
  return named('conversations_ratio', ratios, size)
}

async function overWaiting(size: Size, claimSeconds: number): Promise<Record<string, number>> {
  await using opened = new AsyncDisposableStack()
  const sites: DeliverySite[] = []
  const amounts = [0, ...size.many]
  for (const waiting of amounts) {
    const site = opened.use(await openDeliverySite())
    if (waiting > 0) await addWaiting(site.bed.pool, waiting)
    sites.push(site)
  }
  const ratios = await turns(sites, size, (i) => `${amounts[i]} waiting`)
  const [without, beside] = [sites[0]!, sites.at(-1)!]
  const healthy = await healthyPairs(without, beside, size)
  for (const [i, site] of sites.entries()) await site.requireComplete({ waiting: amounts[i]! })
  const claim = await claims(beside, claimSeconds)
  return { ...named('waiting_ratio', ratios, size), ...claim, ...healthy }
}

/** Rates of each site as a share of the first one's in the same round, in alternating order; medians. */
async function turns(
  sites: readonly DeliverySite[],
  { rounds, warmUp, messages }: Size,
  name: (site: number) => string,
): Promise<number[]> {
  for (const site of sites) await site.deliver(warmUp)
  const rates: number[][] = sites.map(() => [])
  for (let i = 0; i < rounds; i++) {
    const order = [...sites.keys()]
    if (i % 2 === 1) order.reverse()
    for (const which of order) rates[which]!.push(await sites[which]!.deliver(messages))
    const text = sites.map((_, which) => `${name(which)} ${round(rates[which]!.at(-1)!)}/s`).join(', ')
    console.log(`round ${i + 1}: ${text}`)
  }
  return rates.map((own) => round(median(own.map((rate, i) => rate / rates[0]![i]!)), 3))
}

/** The largest under the plain name, those between under the name and their size. */
function named(name: string, ratios: readonly number[], { many }: Size): Record<string, number> {
  const between = many.slice(0, -1).map((amount, i) => [`${name}_${amount}`, ratios[i + 1]!])
  return { ...Object.fromEntries(between), [name]: ratios.at(-1)! }
}

async function healthyPairs(
  without: DeliverySite,
  beside: DeliverySite,
  { pairs, seconds }: Size,
): Promise<Record<string, number>> {
  const p99 = async (site: DeliverySite): Promise<number> => {
    const times = await site.paced({ perSecond: PER_SECOND, seconds })
    return percentile(
      times.map(({ accepted }) => accepted),
      0.99,
    )
  }
  const measured: { alone: number; beside: number }[] = []
  for (let i = 0; i < pairs; i++) {
    const pair = { alone: await p99(without), beside: await p99(beside) }
    measured.push(pair)
    console.log(`pair ${i + 1}: p99 ${round(pair.alone, 1)} ms, with waiting ${round(pair.beside, 1)} ms`)
  }
  const excess = measured.map((pair) => pair.beside - Math.max(pair.alone * 1.2, pair.alone + 10))
  return {
    healthy_p99_ms: round(median(measured.map((pair) => pair.alone)), 1),
    healthy_p99_beside_ms: round(median(measured.map((pair) => pair.beside)), 1),
    healthy_p99_excess_ms: round(Math.max(0, median(excess)), 1),
  }
}

/** The node only accepts; this process claims in its place, so that every delivery goes through a claim. */
async function claims(site: DeliverySite, seconds: number): Promise<Record<string, number>> {
  const { bed } = site
  await site.charsu.stop()
  const marketplace = await fill(bed.pool, { eventsUrl: site.sinkUrl, listeners: CLAIM_APPS })
  await using accepting = await bed.startCharsu({ CHARSU_DISPATCHER: 'off' })
  await using sender = createSender(accepting.url, marketplace, { connections: 16 })
  const traffic = openLoop({ perSecond: PER_SECOND / CLAIM_APPS, seconds }, () => sender.send())
  const { times, deliveries } = await claimDuring(bed.pool, traffic)
  const [p50, p99] = [round(median(times), 1), round(percentile(times, 0.99), 1)]
  console.log(`${times.length} claims took ${deliveries} deliveries: p50 ${p50} ms, p99 ${p99} ms`)
  const sent = await traffic
  if (deliveries !== sent.length * CLAIM_APPS)
    throw new Error(`${sent.length} messages, ${deliveries} claimed`)
  return { claim_p50_ms: p50, claim_p99_ms: p99 }
}
