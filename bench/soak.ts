import { request } from 'undici'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { openDeliverySite } from './delivery-site.ts'
import { mean, percentile, round } from './figures.ts'

const PER_SECOND = 500
const SLICE_SECONDS = 5
const MINUTES = { full: 10, quick: 1 }
const METRICS_TOKEN = 'token-of-the-soak-benchmark-alone'

export const bars: readonly Bar[] = [
  { name: "resident memory, last third's mean of the second's", field: 'rss_ratio', atMost: 1.1 },
  { name: "heap and external, last third's mean of the second's", field: 'heap_ratio', atMost: 1.1 },
]

interface Sample {
  rss: number
  heap: number
}

/** A steady 500 messages a second for a time, and whether the server's memory still grows in its last third. */
export async function run({ quick, minutes }: BenchmarkOptions): Promise<Summary> {
  const length = minutes ?? (quick ? MINUTES.quick : MINUTES.full)
  const slices = Math.max(3, Math.round((length * 60) / SLICE_SECONDS))
  await using site = await openDeliverySite({ env: { CHARSU_METRICS_TOKEN: METRICS_TOKEN } })
  const samples: Sample[] = []
  const latencies: number[] = []
  for (let i = 0; i < slices; i++) {
    const times = await site.paced({ perSecond: PER_SECOND, seconds: SLICE_SECONDS })
    latencies.push(
      percentile(
        times.map(({ accepted }) => accepted),
        0.99,
      ),
    )
    const { now: rss } = await site.charsu.memoryMb()
    samples.push({ rss, heap: await heapMb(site.charsu.url) })
    if ((i * SLICE_SECONDS) % 30 === 0) {
      const { heap } = samples.at(-1)!
      console.log(
        `${(i + 1) * SLICE_SECONDS} s: resident ${rss} MB, heap and external ${round(heap)} MB, p99 ${round(latencies.at(-1)!)} ms`,
      )
    }
  }
  await site.requireComplete()
  const third = Math.floor(slices / 3)
  const [second, last] = [samples.slice(-2 * third, -third), samples.slice(-third)]
  const ratio = (of: keyof Sample): number =>
    round(mean(last.map((each) => each[of])) / mean(second.map((each) => each[of])), 3)
  const { peak } = await site.charsu.memoryMb()
  return {
    bench: 'soak',
    minutes: length,
    messages: slices * SLICE_SECONDS * PER_SECOND,
    rss_ratio: ratio('rss'),
    heap_ratio: ratio('heap'),
    rss_mb: peak,
    heap_mb: round(mean(last.map(({ heap }) => heap))),
    worst_slice_p99_ms: round(Math.max(...latencies), 1),
  }
}

/** What the server itself says of its memory, in megabytes. */
async function heapMb(url: string): Promise<number> {
  const answer = await request(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  const text = await answer.body.text()
  const of = (name: string): number => {
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]
    if (value === undefined) throw new Error(`/metrics does not name ${name}: ${answer.statusCode}`)
    return Number(value)
  }
  return (of('nodejs_heap_size_used_bytes') + of('nodejs_external_memory_bytes')) / 1e6
}
