import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { developmentBanner } from '../host/development-banner.ts'
import { warnOfMissingPages } from '../web/missing-pages.ts'
import { prepareDatabase } from './prepare-database.ts'
import { type NodeDeps, openPool, runNode } from './run-node.ts'
import { type Serving, WorkerGroup } from './worker-group.ts'

export interface ProgramDeps extends NodeDeps {
  /** Starts the embedded database, for when the configuration names no other; resolves with its URL. */
  openEmbedded(): Promise<string>
  /** The program cannot go on. */
  onFatal(error: Error): void
}

/**
 * Charsu as it is started: the database, then one node here or several in processes of their own. Resolves with what
 * to print.
 */
export async function runProgram(config: Config, deps: ProgramDeps): Promise<string> {
  warnOfMissingPages(deps.log, deps.pages)
  const url = config.databaseUrl ?? (await deps.openEmbedded())
  const pool = openPool(config, url, deps)
  const development = await prepareDatabase(config, { pool, log: deps.log })
  const serving =
    config.processes === 1 ? await runNode(config, pool, deps) : await runWorkers(config, url, deps)
  return development
    ? developmentBanner({ url: serving.url, hostKey: serving.hostKey, app: development.app })
    : `Charsu is ready at ${serving.url} (port ${serving.port})\n`
}

function runWorkers(config: Config, url: string, { log, opened, onFatal }: ProgramDeps): Promise<Serving> {
  const workers = new WorkerGroup({
    count: config.processes,
    port: config.port,
    env: { DATABASE_URL: url },
    stopDelayMs: config.stopDelayMs,
    clock: systemClock,
    log,
    onGiveUp: onFatal,
  })
  opened.defer(() => workers.stop())
  return workers.start()
}
