import type { Config } from '../config.ts'
import { type NodeDeps, openPool, runNode } from './run-node.ts'
import type { WorkerLink } from './worker-link.ts'

/** One of several nodes on this machine: its primary has prepared the database, and set its URL in the environment. */
export async function runWorker(config: Config, primary: WorkerLink, deps: NodeDeps): Promise<void> {
  const url = config.databaseUrl
  if (url === null) throw new Error('a worker process was started without the URL of its database')
  const pool = openPool(config, url, deps)
  const serving = await runNode(config, pool, { ...deps, siblingMetrics: (own) => primary.gather(own) })
  primary.reportWith(() => serving.metrics())
  primary.ready(serving)
}
