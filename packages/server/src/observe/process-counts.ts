import type { ProcessMetrics } from './render-metrics.ts'

type Metric = ProcessMetrics[number]
/** A histogram's values carry the names of its parts, such as `…_bucket`. */
type Value = Metric['values'][number] & { metricName?: string }

/** As prom-client names them, whatever its types say. */
const GROWING = new Set(['counter', 'histogram'])

/** The metrics of a process that only ever grow; the others are of a moment. */
export const countsOf = (metrics: ProcessMetrics): ProcessMetrics =>
  metrics.filter(({ type }) => GROWING.has(String(type)))

/** Counts of two processes as if one had counted. */
export function addCounts(one: ProcessMetrics, other: ProcessMetrics): ProcessMetrics {
  const sums = new Map(one.map((metric) => [metric.name, metric]))
  for (const metric of other) {
    const sum = sums.get(metric.name)
    sums.set(metric.name, sum ? { ...sum, values: addValues(sum.values, metric.values) } : metric)
  }
  return [...sums.values()]
}

function addValues(one: readonly Value[], other: readonly Value[]): Value[] {
  const sums = new Map(one.map((value) => [seriesOf(value), value]))
  for (const value of other) {
    const sum = sums.get(seriesOf(value))
    sums.set(seriesOf(value), sum ? { ...sum, value: sum.value + value.value } : value)
  }
  return [...sums.values()]
}

const seriesOf = ({ metricName, labels }: Value): string =>
  JSON.stringify([metricName, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
