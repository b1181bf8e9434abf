import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Binaries } from './embedded-binaries.ts'
import type { Cluster } from './embedded-cluster.ts'
import type { Presence } from './embedded-presence.ts'
import { readPostmasterPid } from './postmaster-pid.ts'
import { isAlive } from './process-identity.ts'

const POLL_MS = 15
const PATIENCE_MS = 10_000

export interface StopInput {
  cluster: Cluster
  binaries: Binaries
  presence: Presence
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
}

/** Fast shutdown, waited for, when no other process shows its presence. Only the holder of the start lock may call it. */
export async function stopServer(input: StopInput): Promise<void> {
  // A server that does not answer serves nobody.
  const others = await input.presence.others().catch(() => 0)
  await input.presence.close()
  if (others > 0) {
    input.log.info({ others }, 'the embedded PostgreSQL goes on for other Charsu processes')
    return
  }
  const entry = await readPostmasterPid(input.cluster.data)
  if (entry === null || !isAlive(entry.pid)) return
  await askToStop(entry.pid, input)
  const deadline = performance.now() + PATIENCE_MS
  while (isAlive(entry.pid)) {
    if (performance.now() > deadline) {
      input.log.warn({ pid: entry.pid }, 'the embedded PostgreSQL is still shutting down')
      return
    }
    await delay(POLL_MS)
  }
}

async function askToStop(pid: number, input: StopInput): Promise<void> {
  if (process.platform === 'win32') {
    await promisify(execFile)(input.binaries.pgCtl, ['stop', '-D', input.cluster.data, '-m', 'fast', '-W'])
    return
  }
  // SIGINT is PostgreSQL's fast shutdown: transactions are rolled back, clients cut off, data flushed.
  process.kill(pid, 'SIGINT')
}
