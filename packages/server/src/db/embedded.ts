import { readFile, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseStartError } from './database-start-error.ts'
import { type Account, chooseAccount, DEFAULT_STAGING_DIR } from './embedded-account.ts'
import { type Binaries, locateBinaries, prepareBinaries } from './embedded-binaries.ts'
import { type Cluster, dataFolder, openCluster, prepareFolder } from './embedded-cluster.ts'
import { embeddedUrl, ensureDatabase } from './embedded-connection.ts'
import { showPresence } from './embedded-presence.ts'
import { findRunning } from './embedded-running.ts'
import { launchServer, serverLog } from './embedded-server.ts'
import { serverSettings } from './embedded-settings.ts'
import { stopServer } from './embedded-stop.ts'
import { freePort } from './free-port.ts'
import { withStartLock } from './start-lock.ts'

export interface EmbeddedLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface EmbeddedOptions {
  /** The folder that holds everything: cluster, password, log. Made if it is not there. */
  dataDir: string
  /** 1 to 65535; by default the one used before, else a free one from 20000 to 32000. */
  port?: number | undefined
  /** How many connections it has to take; 100 are always possible. */
  connections?: number | undefined
  log: EmbeddedLog
  /** Folder with `bin`, `lib` and `share` of another build; by default the installed npm package's. */
  binaries?: string | undefined
  /** Where root copies the binaries when the server's user cannot reach them. */
  stagingDir?: string | undefined
}

export interface Embedded {
  /** Connection URL of the database `charsu`, password included: never log it. */
  url: string
  /** Whether the server was running already. */
  reused: boolean
  /** Shuts the server down, unless another Charsu process still uses it; then that one's stop does. */
  stop(): Promise<void>
}

const ATTEMPTS = 10
/** Backends of a killed server notice within a moment, but one in the middle of a query may take longer. */
const LEFTOVER_RETRY_MS = 100
const LEFTOVER_ATTEMPTS = 100

/**
 * Starts the embedded PostgreSQL of a folder, or joins the one that is running there, whoever started it. Any
 * number of processes may call it at the same moment: they share one server. Throws DatabaseStartError.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const account = await chooseAccount(process.getuid?.(), dataFolder(options.dataDir))
  const dataDir = await prepareFolder(options.dataDir, account)
  const native = options.binaries ?? locateBinaries()
  const binaries = await prepareBinaries(native, account, options.stagingDir ?? DEFAULT_STAGING_DIR)
  return withStartLock(dataDir, async () => {
    const cluster = await openCluster(dataDir, binaries, account)
    const running = await findRunning(cluster)
    const port = running?.port ?? (await launch({ ...options, dataDir }, binaries, cluster, account))
    if (running && options.port !== undefined && options.port !== running.port) {
      options.log.warn({ configured: options.port, port: running.port }, 'the database runs on another port')
    }
    await ensureDatabase(port, cluster)
    const url = embeddedUrl(port, cluster)
    // Shown before the lock is released, so that no other process's stop can take the server away in between.
    const presence = await showPresence(url)
    options.log.info({ port, reused: running !== null, folder: dataDir }, 'embedded PostgreSQL is ready')
    let stopped: Promise<void> | undefined
    return {
      url,
      reused: running !== null,
      stop() {
        stopped ??= withStartLock(dataDir, () =>
          stopServer({ cluster, binaries, presence, log: options.log }),
        )
        return stopped
      },
    }
  })
}

async function launch(
  options: EmbeddedOptions,
  binaries: Binaries,
  cluster: Cluster,
  account: Account | null,
): Promise<number> {
  const portFile = join(options.dataDir, 'port')
  const before = Number(await readFile(portFile, 'utf8').catch(() => ''))
  let preferred = before > 0 ? before : undefined
  for (let portsTried = 0, leftover = 0; ; ) {
    const port = options.port ?? (await freePort(preferred))
    const settings = serverSettings({
      port,
      major: binaries.major,
      totalMemory: totalmem(),
      connections: options.connections ?? 0,
    })
    const logFile = serverLog(options.dataDir)
    const launched = await launchServer({ binaries, cluster, account, settings, logFile })
    if (launched.ready) {
      await writeFile(portFile, String(port))
      return port
    }
    if (launched.failure === 'port-taken') {
      if (options.port !== undefined) throw portTaken(options.port)
      preferred = undefined
      if (++portsTried < ATTEMPTS) continue
    }
    // A starter that was killed between its start of the server and the server's first sign of life.
    const other = launched.failure === 'already-running' ? await findRunning(cluster) : null
    if (other) return other.port
    const passing = launched.failure === 'memory-in-use' || launched.failure === 'already-running'
    if (passing && ++leftover < LEFTOVER_ATTEMPTS) {
      await delay(LEFTOVER_RETRY_MS)
      continue
    }
    throw new DatabaseStartError(
      `PostgreSQL did not start; the end of its log:\n${launched.logTail}`,
      `The whole log is in ${logFile}.`,
    )
  }
}

function portTaken(port: number): DatabaseStartError {
  return new DatabaseStartError(
    `port ${port}, configured for the embedded database, is taken by another program`,
    'Configure another port, or none: then a free one is chosen.',
  )
}
