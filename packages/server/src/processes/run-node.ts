import type { Pool } from 'pg'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { createPool } from '../db/pool.ts'
import type { Log } from '../log.ts'
import type { ProcessMetrics } from '../observe/render-metrics.ts'
import { RenewedNode } from './renewed-node.ts'
import type { Serving } from './worker-group.ts'

export interface NodeDeps {
  log: Log
  pid: number
  /** Folder of the built pages; null where nobody knows of one. */
  pages: string | null
  /** What to end again, the last first. */
  opened: AsyncDisposableStack
  /** Metrics of the other processes that serve this port, for those of this one; absent when there are none. */
  siblingMetrics?: (own: ProcessMetrics) => Promise<readonly ProcessMetrics[]>
}

/** A pool that ends with what is opened. */
export function openPool(config: Config, url: string, { log, opened }: NodeDeps): Pool {
  const pool = createPool({ url, max: config.databaseConnections, log, applicationName: 'charsu' })
  opened.defer(() => pool.end())
  return pool
}

/** One node of Charsu over a database that is ready for it, renewed when it has to be; resolves when it serves. */
export async function runNode(
  config: Config,
  pool: Pool,
  { log, pid, pages, opened, siblingMetrics }: NodeDeps,
): Promise<Serving & { metrics: () => Promise<ProcessMetrics> }> {
  const node = new RenewedNode(config, {
    pool,
    clock: systemClock,
    log,
    pid,
    demoBot: true,
    pages,
    sharesPort: siblingMetrics !== undefined,
    ...(siblingMetrics && { siblingMetrics }),
  })
  opened.defer(() => node.close())
  return { ...(await node.start()), metrics: () => node.metrics() }
}
