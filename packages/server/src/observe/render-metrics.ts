import { AggregatorRegistry, Registry } from 'prom-client'

/** The metrics of one process as plain data, fit to be sent to another. */
export type ProcessMetrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

/** Prometheus text of several processes together: counts are added up, what is the same for all is taken once. */
export const renderTogether = (processes: readonly ProcessMetrics[]): Promise<string> =>
  AggregatorRegistry.aggregate([...processes]).metrics()
