import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseStartError } from './database-start-error.ts'
import type { Cluster } from './embedded-cluster.ts'
import { knock } from './embedded-connection.ts'
import { readPostmasterPid } from './postmaster-pid.ts'
import { commandLine, isAlive } from './process-identity.ts'

const POLL_MS = 25
/** A server that recovers from a crash says so and is waited for; one that only refuses is given this long. */
const REFUSING_MS = 10_000

/**
 * The server that has the cluster open, waited for while it starts or shuts down; null when there is none. What
 * a dead server left behind is removed only where PostgreSQL itself would take it for a living one, that is
 * when its process id now belongs to another program. (Should that be wrong, the new server would find the
 * shared memory of the folder in use and not start.) Only the holder of the start lock may call it.
 */
export async function findRunning(cluster: Cluster): Promise<{ port: number } | null> {
  let refusedSince: number | undefined
  for (;;) {
    const entry = await readPostmasterPid(cluster.data)
    if (entry === null) return null
    if (!isAlive(entry.pid)) return null
    const state = await knock(entry.port, cluster)
    if (state === 'ours') return { port: entry.port }
    if (state !== 'starting' && !(await couldBeServerOf(entry.pid, cluster.data))) {
      await rm(join(cluster.data, 'postmaster.pid'), { force: true })
      return null
    }
    if (state === 'starting') refusedSince = undefined
    else refusedSince ??= performance.now()
    if (refusedSince !== undefined && performance.now() - refusedSince > REFUSING_MS) {
      throw new DatabaseStartError(
        `PostgreSQL (process ${entry.pid}) has the folder ${cluster.data} open but does not accept connections on 127.0.0.1:${entry.port}`,
        `End process ${entry.pid} (kill ${entry.pid}) and start again. If it is not the server of this folder, remove ${join(cluster.data, 'postmaster.pid')}.`,
      )
    }
    await delay(POLL_MS)
  }
}

/** Whether the process was started with this folder; where the system does not tell, the answer is yes. */
async function couldBeServerOf(pid: number, data: string): Promise<boolean> {
  const command = await commandLine(pid)
  return command === null || command.includes(data)
}
