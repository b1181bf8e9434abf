import type { Pool } from 'pg'
import { Registry } from 'prom-client'
import type { ClickCallTracer } from '../actions/click-call-tracer.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { newestMigration } from '../db/migrate.ts'
import { createPool } from '../db/pool.ts'
import type { AttemptTracer } from '../delivery/attempt.ts'
import type { AttemptEvent } from '../delivery/attempt-event.ts'
import type { RequestObserver } from '../http/observe-requests.ts'
import type { Route } from '../http/route.ts'
import type { Log } from '../log.ts'
import { logAttempt } from './attempt-log.ts'
import { BACKLOG_SESSION } from './backlog.ts'
import { type DatabaseReading, DatabaseReadings } from './database-readings.ts'
import { createDeliveryMetrics, type OwnState } from './delivery-metrics.ts'
import { type NotReady, reasonsNotReady } from './readiness.ts'
import { type ProcessMetrics, renderTogether } from './render-metrics.ts'
import { observeRoutes } from './routes.ts'
import { createServerMetrics, type QuotaObserver } from './server-metrics.ts'
import { traceContextsAlone } from './trace-contexts.ts'
import type { Tracing } from './tracing.ts'

export interface ObserverDeps {
  pool: Pool
  clock: Clock
  log: Log
  /** Names this process in its spans. */
  node: string
  /** What the node knows of itself; asked when somebody wants to know. */
  state(): OwnState & { deliveryTrouble: string | null; unheardMs: number }
  /** Metrics of the other processes that serve the same port; absent when this one is alone. */
  siblings?: ((own: ProcessMetrics) => Promise<readonly ProcessMetrics[]>) | undefined
}

/** Everything by which the node is seen from outside: metrics, probes, the log of attempts, traces. */
export interface Observer {
  routes: Route[]
  requests: RequestObserver
  quotas: QuotaObserver
  onAttempt(event: AttemptEvent): void
  onCommit(messages: number): void
  /** Absent when nothing is traced. */
  attempts: AttemptTracer | undefined
  clickCalls: ClickCallTracer | undefined
  /** This process's own metrics, to be added to those of others. */
  metrics(): Promise<ProcessMetrics>
  /** What the probes of this node go by; resolves within about a second. */
  standing(): Promise<Standing>
  /** From now on the node is not ready. */
  stopping(): void
  close(): Promise<void>
}

export interface Standing {
  database: DatabaseReading
  /** Empty when the node is ready. */
  notReady: readonly NotReady[]
}

type ObserverConfig = Pick<Config, 'mode' | 'dispatcher' | 'readyDueAgeMs' | 'tracesUrl' | 'tracesRatio'>

const LIMIT_MS = 1_000

export async function createObserver(config: ObserverConfig, deps: ObserverDeps): Promise<Observer> {
  const { clock, log } = deps
  const registry = new Registry()
  const delivery = createDeliveryMetrics(registry)
  const server = createServerMetrics(registry, deps.pool)
  // One connection of its own, opened when somebody asks: a used-up pool must not look like a database that is away.
  const pool = createPool({
    url: deps.pool.options.connectionString ?? '',
    max: 1,
    log,
    applicationName: 'charsu observe',
    settings: { ...BACKLOG_SESSION, statement_timeout: String(LIMIT_MS) },
    connectTimeoutMs: LIMIT_MS,
    // A little later than the server's own limit: for a server that has frozen.
    queryTimeoutMs: 2 * LIMIT_MS,
  })
  const readings = new DatabaseReadings({ pool, clock, log })
  const tracing = await startTracing(config, deps, server.onSpans)
  const newest = await newestMigration()
  let isStopping = false

  async function refresh(): Promise<void> {
    const reading = await readings.get()
    server.setDatabaseUp(reading.up)
    delivery.setBacklog(reading.up ? reading.backlog : null)
    delivery.setOwn(deps.state())
  }
  async function metrics(): Promise<ProcessMetrics> {
    await refresh()
    return registry.getMetricsAsJSON()
  }

  async function standing(): Promise<Standing> {
    const { deliveryTrouble, unheardMs } = deps.state()
    const database = await readings.get()
    const notReady = reasonsNotReady(
      {
        stopping: isStopping,
        database,
        newestMigration: newest,
        unheardMs,
        deliveryTrouble,
        delivers: config.dispatcher,
      },
      { dueAgeMs: config.readyDueAgeMs },
    )
    return { database, notReady }
  }

  return {
    routes: observeRoutes({
      async metrics() {
        if (deps.siblings) {
          const own = await metrics()
          return renderTogether([own, ...(await deps.siblings(own))])
        }
        await refresh()
        return registry.metrics()
      },
      notReady: async () => (await standing()).notReady,
    }),
    requests: {
      clock,
      onAnswered: server.onAnswered,
      ...(tracing && { startSpan: tracing.startRequest }),
    },
    quotas: server.quotas,
    onAttempt(event) {
      delivery.onAttempt(event)
      logAttempt(log, event)
    },
    onCommit: delivery.onCommit,
    attempts: tracing?.attempts,
    clickCalls: tracing?.clickCalls,
    metrics,
    standing,
    stopping() {
      isStopping = true
    },
    async close() {
      server.close()
      await Promise.all([pool.end(), tracing?.close()])
    },
  }
}

/** The SDK is only loaded when it has something to do. */
async function startTracing(
  config: ObserverConfig,
  { node, log }: ObserverDeps,
  onSpans: (result: 'sent' | 'lost', spans: number) => void,
): Promise<Tracing | undefined> {
  if (config.tracesUrl === null) return config.mode === 'development' ? traceContextsAlone() : undefined
  const { createTracing } = await import('./tracing.ts')
  return createTracing({ url: config.tracesUrl, ratio: config.tracesRatio, node, onSpans, log })
}
