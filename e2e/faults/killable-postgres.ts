import { startEmbedded } from '../../packages/server/src/db/embedded.ts'
import { dataFolder } from '../../packages/server/src/db/embedded-cluster.ts'
import { migrate } from '../../packages/server/src/db/migrate.ts'
import { createPool } from '../../packages/server/src/db/pool.ts'
import { readPostmasterPid } from '../../packages/server/src/db/postmaster-pid.ts'
import { isAlive } from '../../packages/server/src/db/process-identity.ts'
import { temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { silentLog } from '../../packages/server/testing/test-log.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { type FaultDatabase, PATIENCE } from './fault-bed.ts'

export interface KillablePostgres extends FaultDatabase {
  /** SIGKILL takes the server away without a word, SIGQUIT as an immediate shutdown does; resolves when it is gone. */
  kill(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void>
  /** Starts it again over the same data, at the same address; recovery included. */
  restart(): Promise<void>
}

/** A PostgreSQL of one's own, in a folder that goes with it. */
export async function startKillablePostgres(): Promise<KillablePostgres> {
  const folder = await temporaryFolder()
  const start = () => startEmbedded({ dataDir: folder.path, log: silentLog })
  let server = await start()
  const pool = createPool({ url: server.url, max: 4, log: silentLog, applicationName: 'charsu test' })
  await migrate(pool)
  return {
    url: server.url,
    pool,
    async kill(signal) {
      const { pid } = (await readPostmasterPid(dataFolder(folder.path)))!
      process.kill(pid, signal)
      await waitFor(() => !isAlive(pid), PATIENCE)
    },
    async restart() {
      server = await start()
    },
    async drop() {
      await pool.end()
      await server.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}
