import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFolder } from '../src/db/embedded-cluster.ts'
import { readPostmasterPid } from '../src/db/postmaster-pid.ts'
import { isAlive } from '../src/db/process-identity.ts'

const PREFIX = 'charsu-test-run-'

/** A name for a folder of this run; it holds the process id, by which a later run sees that this one is over. */
export const runFolder = (): string => `${PREFIX}${process.pid}-${randomUUID()}`

/** A server outlives its starter, so runs that were killed leave theirs behind: the next run ends and removes it. */
export async function removeAbandonedRuns(): Promise<void> {
  const runs = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  const abandoned = runs.filter((name) => !isAlive(Number(name.slice(PREFIX.length).split('-')[0])))
  for (const name of abandoned) {
    const folder = join(tmpdir(), name)
    const server = await readPostmasterPid(dataFolder(folder))
    if (server !== null && isAlive(server.pid)) process.kill(server.pid, 'SIGQUIT')
    // Retried while the server still writes; another run may be removing the same folder.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }).catch(() => {})
  }
}
