import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { readSamples, sampleOf } from '../../testing/metric-values.ts'
import { addCounts, countsOf } from './process-counts.ts'
import { type ProcessMetrics, renderTogether } from './render-metrics.ts'

/** The metrics of a process that has answered so many requests, each of so many seconds. */
async function processThat(
  answered: Readonly<Record<string, number>>,
  seconds: number,
): Promise<ProcessMetrics> {
  const registers = [new Registry()]
  const requests = new Counter({
    name: 'requests_total',
    help: 'r',
    labelNames: ['path', 'status'],
    registers,
  })
  const took = new Histogram({ name: 'took_seconds', help: 't', buckets: [1, 10], registers })
  new Gauge({ name: 'busy', help: 'b', registers }).set(1)
  for (const [path, times] of Object.entries(answered)) {
    for (let i = 0; i < times; i++) {
      requests.inc({ path, status: '2xx' })
      took.observe(seconds)
    }
  }
  // As it comes from another process.
  return JSON.parse(JSON.stringify(await registers[0]?.getMetricsAsJSON())) as ProcessMetrics
}

test('what two processes counted adds up, series by series; what is of a moment is left out', async () => {
  const one = countsOf(await processThat({ '/a': 2, '/b': 1 }, 0.5))
  const other = countsOf(await processThat({ '/b': 3, '/c': 1 }, 5))
  const samples = readSamples(await renderTogether([addCounts(one, other)]))
  const counted = (name: string, labels?: Record<string, string>) => sampleOf(samples, name, labels)
  expect(['/a', '/b', '/c'].map((path) => counted('requests_total', { path }))).toEqual([2, 4, 1])
  expect(counted('took_seconds_bucket', { le: '1' })).toBe(3)
  expect(counted('took_seconds_bucket', { le: '10' })).toBe(7)
  expect(counted('took_seconds_count')).toBe(7)
  expect(counted('took_seconds_sum')).toBe(1.5 + 20)
  expect(samples.some(({ name }) => name === 'busy')).toBe(false)
})
