import type { EventEmitter } from 'node:events'
import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client'
import type { QuotaKind } from '../access/quota-policy.ts'
import { WAITED } from '../db/measured-pool.ts'
import type { AnsweredRequest } from '../http/observe-requests.ts'
import { VERSION } from '../version.ts'

/** Seconds. */
const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const WAIT_BUCKETS = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

/** How often the event loop is looked at: each look wakes the process. */
const LAG_PRECISION_MS = 20

/** The connection pool as far as it is measured; it emits {@link WAITED}. */
export interface MeasuredConnections extends EventEmitter {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
}

export interface QuotaObserver {
  /** A call or a message was refused for a limit. */
  onRefused(window: QuotaKind): void
  /** A call or a message waited for the database to be counted. */
  onWait(): void
}

export interface ServerMetrics {
  onAnswered(request: AnsweredRequest): void
  setDatabaseUp(up: boolean): void
  onSpans(result: 'sent' | 'lost', spans: number): void
  quotas: QuotaObserver
  /** Ends what it hears from outside. */
  close(): void
}

/** Everything about the process, its requests and its way to the database. */
export function createServerMetrics(registry: Registry, pool: MeasuredConnections): ServerMetrics {
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS })
  const version = new Gauge({
    name: 'charsu_info',
    help: 'Always 1; the label says which version runs.',
    labelNames: ['version'],
    aggregator: 'max',
    registers,
  })
  version.set({ version: VERSION }, 1)
  const requests = new Counter({
    name: 'charsu_http_requests_total',
    help: 'Requests by operation, as in the API description, and by class of status; gone when the client left before an answer.',
    labelNames: ['operation', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'charsu_http_request_duration_seconds',
    help: 'From a request’s headers to the end of its answer; a stream counts from its begin to its end.',
    labelNames: ['operation'],
    buckets: REQUEST_BUCKETS,
    registers,
  })
  const databaseUp = new Gauge({
    name: 'charsu_database_up',
    help: '1 when the database answered within a second.',
    aggregator: 'min',
    registers,
  })
  const waits = new Histogram({
    name: 'charsu_database_pool_wait_seconds',
    help: 'How long a use of the database waited for a connection.',
    buckets: WAIT_BUCKETS,
    registers,
  })
  new Gauge({
    name: 'charsu_database_pool_connections',
    help: 'Connections of this process to the database.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
    },
  })
  new Gauge({
    name: 'charsu_database_pool_waiting',
    help: 'Uses of the database that wait for a connection.',
    registers,
    collect() {
      this.set(pool.waitingCount)
    },
  })
  const spans = new Counter({
    name: 'charsu_trace_spans_total',
    help: 'Spans that were sent to the collector, or lost because it did not take them.',
    labelNames: ['result'],
    registers,
  })
  const limited = new Counter({
    name: 'charsu_requests_limited_total',
    help: 'Calls of apps, and messages of people, that were refused with 429 because a limit was used up.',
    labelNames: ['window'],
    registers,
  })
  const quotaWaits = new Counter({
    name: 'charsu_quota_waits_total',
    help: 'Calls of apps, and messages of people, that had to wait for the database to be counted.',
    registers,
  })
  const onWait = (ms: number): void => waits.observe(ms / 1000)
  pool.on(WAITED, onWait)
  return {
    onAnswered({ operation, status, durationMs }) {
      const name = operation ?? 'none'
      requests.inc({ operation: name, status: status === null ? 'gone' : `${Math.floor(status / 100)}xx` })
      duration.observe({ operation: name }, durationMs / 1000)
    },
    setDatabaseUp: (up) => databaseUp.set(up ? 1 : 0),
    onSpans: (result, count) => spans.inc({ result }, count),
    quotas: { onRefused: (window) => limited.inc({ window }), onWait: () => quotaWaits.inc() },
    close: () => void pool.off(WAITED, onWait),
  }
}
