import { join } from 'node:path'
import { ConfigError, readConfig } from './config.ts'
import { DatabaseStartError } from './db/database-start-error.ts'
import { startEmbedded } from './db/embedded.ts'
import { defaultDataDir } from './db/embedded-account.ts'
import { createLog } from './log.ts'
import { loggedError } from './logged-error.ts'
import { connectionsOf } from './processes/prepare-database.ts'
import { runProgram } from './processes/run-program.ts'
import { runWorker } from './processes/run-worker.ts'
import { PARENT_MARK, watchParent } from './processes/watch-parent.ts'
import { WORKER_MARK, WorkerStartError } from './processes/worker-group.ts'
import { openWorkerLink } from './processes/worker-link.ts'
import { findPages } from './web/find-pages.ts'

const CHECKOUT = join(import.meta.dirname, '../../..')
/** Each part ends by itself well before, counted from the end of the stop delay; for a database that no longer answers. */
const LONGEST_STOP_MS = 15_000

/** @param opened what to end again, the last first: all of it when the program stops, what there is when the start fails. */
async function start(opened: AsyncDisposableStack): Promise<void> {
  const given = readConfig(process.env, process.argv.slice(2))
  const dataDir = given.dataDir ?? defaultDataDir({ checkout: CHECKOUT, uid: process.getuid?.() })
  // A node of several in production must not keep files for itself without having been told to.
  const ownMediaDir = given.mode === 'development' ? join(dataDir, 'media') : null
  const config = { ...given, dataDir, mediaDir: given.mediaDir ?? ownMediaDir }
  stopDelayMs = config.stopDelayMs
  const deps = { log: createLog({ level: config.logLevel }), pid: process.pid, pages: findPages(), opened }
  if (worker) {
    await runWorker(config, worker, deps)
    return
  }
  const announcement = await runProgram(config, {
    ...deps,
    async openEmbedded() {
      const embedded = await startEmbedded({
        dataDir,
        port: config.databasePort ?? undefined,
        connections: connectionsOf(config),
        log: deps.log,
      })
      opened.defer(() => embedded.stop())
      return embedded.url
    },
    onFatal: fail,
  })
  process.stdout.write(announcement)
}

function explain(error: unknown): string {
  if (error instanceof DatabaseStartError) return `${error.message}\n${error.hint}`
  if (error instanceof ConfigError || error instanceof WorkerStartError) return error.message
  const { type, message, stack } = loggedError(error)
  return `${type}: ${message}\n${stack ?? ''}`
}

const opened = new AsyncDisposableStack()
let ending: Promise<void> | undefined
let stopDelayMs = 0
const worker = process.env[WORKER_MARK] ? openWorkerLink({ onStop: stop }) : null

function end(): Promise<void> {
  setTimeout(() => process.exit(1), stopDelayMs + LONGEST_STOP_MS).unref()
  ending ??= opened.disposeAsync().then(() => worker?.close())
  return ending
}

async function fail(error: unknown): Promise<void> {
  process.exitCode = 1
  if (worker) await worker.failed(explain(error))
  else process.stderr.write(`${explain(error)}\n`)
  await end()
}

// Node would print all that the error holds: of PostgreSQL's, whole rows.
process.once('uncaughtException', (error) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
})

const started = start(opened).catch(fail)

// A start is not left half done: its database would stay behind.
function stop(): void {
  void started.then(end)
}
// A second signal ends the process at once.
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
// Workers inherit the mark, and have another parent.
const parent = worker ? undefined : process.env[PARENT_MARK]
if (parent) watchParent(() => process.ppid, stop, Number(parent))
else if (process.env.npm_lifecycle_event === 'start') watchParent(() => process.ppid, stop)
