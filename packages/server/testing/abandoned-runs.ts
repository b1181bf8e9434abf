import { randomUUID } from 'node:crypto'
import { readdir, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFolder } from '../src/db/embedded-cluster.ts'
import { readPostmasterPid } from '../src/db/postmaster-pid.ts'
import { isAlive } from '../src/db/process-identity.ts'

const PREFIX = 'charsu-test-run-'

/** A name for a folder of this run; it holds the process id, by which a later run sees that this one is over. */
export const runFolder = (): string => `${PREFIX}${process.pid}-${randomUUID()}`

/** Linux keeps the files of this folder in memory. */
const IN_MEMORY = '/dev/shm'
/** More than a run's databases and their log take. */
const ROOM_BYTES = 8 * 1024 ** 3

/**
 * Where the run's PostgreSQL keeps its data: in memory where there is plenty, since hundreds of databases are made,
 * and each is waited for on a disk. What is written outlives killed processes all the same.
 */
export async function databaseRoot(): Promise<string> {
  const found = await statfs(IN_MEMORY).catch(() => null)
  const room = found ? found.bavail * found.bsize : 0
  return room > ROOM_BYTES && process.availableMemory() > 2 * ROOM_BYTES ? IN_MEMORY : tmpdir()
}

/** A server outlives its starter, so runs that were killed leave theirs behind: the next run ends and removes it. */
export async function removeAbandonedRuns(): Promise<void> {
  for (const root of [tmpdir(), IN_MEMORY]) {
    const runs = (await readdir(root).catch(() => [])).filter((name) => name.startsWith(PREFIX))
    const abandoned = runs.filter((name) => !isAlive(Number(name.slice(PREFIX.length).split('-')[0])))
    for (const name of abandoned) await removeRun(join(root, name))
  }
}

async function removeRun(folder: string): Promise<void> {
  const server = await readPostmasterPid(dataFolder(folder))
  if (server !== null && isAlive(server.pid)) process.kill(server.pid, 'SIGQUIT')
  // Retried while the server still writes; another run may be removing the same folder.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }).catch(() => {})
}
