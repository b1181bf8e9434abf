import { spawn } from 'node:child_process'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from './embedded-account.ts'
import type { Binaries } from './embedded-binaries.ts'
import { type Cluster, childEnvironment } from './embedded-cluster.ts'
import { knock } from './embedded-connection.ts'

const POLL_MS = 15

export type LaunchFailure = 'port-taken' | 'already-running' | 'memory-in-use' | 'other'

export type Launched = { ready: true } | { ready: false; failure: LaunchFailure; logTail: string }

export interface LaunchInput {
  binaries: Binaries
  cluster: Cluster
  account: Account | null
  settings: Record<string, string>
  logFile: string
}

/**
 * Starts the server and waits until it accepts our password or ends. It lives in a session of its own, so that
 * neither Ctrl-C nor the death of this process ends it.
 */
export async function launchServer(input: LaunchInput): Promise<Launched> {
  await rename(input.logFile, `${input.logFile}.1`).catch(() => {})
  const log = await open(input.logFile, 'a', 0o600)
  try {
    const settings = Object.entries(input.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(input.binaries.postgres, ['-D', input.cluster.data, ...settings], {
      ...(input.account ?? {}),
      cwd: input.cluster.data,
      env: childEnvironment(),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', () => resolve(''))
    })
    child.unref()
    return await readyOrEnded(input, ended)
  } finally {
    await log.close()
  }
}

async function readyOrEnded(input: LaunchInput, ended: Promise<string>): Promise<Launched> {
  const state: { end?: string } = {}
  void ended.then((reason) => {
    state.end = reason
  })
  for (;;) {
    if (state.end !== undefined) {
      const logTail = `${state.end}\n${await readFile(input.logFile, 'utf8')}`.trim().slice(-2_000)
      return { ready: false, failure: classifyFailure(logTail), logTail }
    }
    // A program that holds the port may be one that never answers, while our server has ended long ago.
    const answer = await Promise.race([knock(Number(input.settings.port), input.cluster), ended])
    // Another program may hold the port while our server is about to fail on it; then its exit decides.
    if (answer === 'ours' && state.end === undefined) return { ready: true }
    await delay(POLL_MS)
  }
}

/** What the server's own log says about why it did not start. */
export function classifyFailure(log: string): LaunchFailure {
  if (/could not bind|could not create any TCP\/IP sockets/.test(log)) return 'port-taken'
  if (/lock file "[^"]*postmaster\.pid" already exists/.test(log)) return 'already-running'
  if (/pre-existing shared memory block/.test(log)) return 'memory-in-use'
  return 'other'
}

/** The log file of the server, beside its cluster. */
export const serverLog = (dataDir: string): string => join(dataDir, 'postgres.log')
