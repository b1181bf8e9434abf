import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { startTestServer } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { isAlive } from './is-alive.ts'
import { MAIN, nodeEnvironment, startNodeProcess } from './node-process.ts'

const TEST_MS = 120_000
const PATIENCE = { timeoutMs: 60_000 }

let database: TestDatabase
const children: ChildProcess[] = []

beforeEach(async () => {
  database = await createTestDatabase({ max: 3 })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await database.drop()
})

async function workers(): Promise<number[]> {
  const { rows } = await database.pool.query<{ pid: number }>('select pid from nodes')
  return rows.map(({ pid }) => pid)
}

/** A program that is expected to end by itself: what it complains of, and how it ends. */
function startMain(args: string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: nodeEnvironment(database.url, more),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const ended = Promise.all([text(child.stderr), once(child, 'exit')])
  return {
    /** Its first words, which it says once it serves. */
    ready: once(child.stdout, 'data'),
    ended: ended.then(([complaint, [code]]) => ({ code: code as number, complaint })),
  }
}

test(
  'a killed program takes its processes with it, and they end in order',
  async () => {
    const program = await startNodeProcess(database.url, { CHARSU_PROCESSES: '2' })
    const pids = await workers()
    expect(pids).toHaveLength(2)
    await program.kill()
    await waitFor(() => !pids.some(isAlive), PATIENCE)
    expect(await workers()).toEqual([])
  },
  TEST_MS,
)

test(
  'a program whose processes end one after the other, and whose new ones all fail, says why and ends',
  async () => {
    const { ready, ended } = startMain(['--processes', '2'])
    await Promise.race([ready, ended])
    await database.pool.query('alter table instance_settings rename to taken_away')
    for (const pid of await workers()) process.kill(pid, 'SIGKILL')
    const { code, complaint } = await ended
    expect(code).toBe(1)
    expect(complaint).toMatch(/^no worker process can be kept running: .*instance_settings/)
  },
  TEST_MS,
)

test(
  'a taken port is complained of once, however many processes wanted it, and the program ends',
  async () => {
    await using other = await startTestServer({ database })
    const { port } = new URL(other.url)
    const { code, complaint } = await startMain(['--processes', '2'], { CHARSU_PORT: port }).ended
    expect(code).toBe(1)
    expect(complaint).toBe(
      `the configuration is not usable:\n  - CHARSU_PORT is ${port}, but a program listens there on 127.0.0.1 already, maybe another Charsu: stop it, or choose another port\n`,
    )
  },
  TEST_MS,
)

test(
  'a number of processes that is none is refused',
  async () => {
    const { code, complaint } = await startMain(['--processes', 'abc']).ended
    expect(code).toBe(1)
    expect(complaint).toContain('CHARSU_PROCESSES')
    expect(complaint).toContain('must be a whole number from 1 to 64')
  },
  TEST_MS,
)
