import http from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import { openDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { readSamples, sampleOf } from '../../packages/server/testing/metric-values.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../packages/server/testing/webhook-receiver.ts'
import { addChats, type Chats, startLoad } from './chat-load.ts'
import { isAlive } from './is-alive.ts'
import { type NodeProcess, startNodeProcess } from './node-process.ts'

const TEST_MS = 120_000
const PATIENCE = { timeoutMs: 60_000 }
const PROCESSES = 2
/** Messages that are accepted before and after a process is killed. */
const SOME = 40

let database: TestDatabase
let receiver: WebhookReceiver
let chats: Chats
let program: NodeProcess

/** Processes that serve, as they say themselves. */
async function workers(): Promise<number[]> {
  const { rows } = await database.pool.query<{ pid: number }>('select pid from nodes order by started_at')
  return rows.map(({ pid }) => pid)
}

/** One that came late may have been replaced in its turn, and still be told of. */
const replaced = (before: readonly number[], count: number): Promise<unknown> =>
  waitFor(async () => {
    const now = new Set(await workers())
    return [...now].filter((pid) => !before.includes(pid) && isAlive(pid)).length === count
  }, PATIENCE)

/** One request over a connection of its own. */
const status = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    http
      .get(url, { agent: false }, (answer) => {
        answer.resume()
        answer.once('end', () => resolve(answer.statusCode ?? 0))
      })
      .once('error', reject)
  })

/** One program, and what befalls it, from the first test to the last. */
describe('several processes behind one port', () => {
  beforeAll(async () => {
    database = await createTestDatabase({ max: 3 })
    receiver = await startWebhookReceiver()
    chats = await addChats(createDatabase(database.pool), receiver.url, 6)
    program = await startNodeProcess(database.url, { CHARSU_PROCESSES: String(PROCESSES) })
  }, TEST_MS)
  afterAll(async () => {
    await program.stop()
    await receiver.close()
    await database.drop()
  })

  test('are told of together by /metrics, whichever answers', async () => {
    for (let i = 0; i < 6; i++) expect(await status(`${program.url}/healthz`)).toBe(200)
    for (let i = 0; i < PROCESSES; i++) {
      const metrics = await fetch(`${program.url}/metrics`, { headers: { connection: 'close' } })
      expect(await metrics.text()).toContain(
        'charsu_http_requests_total{operation="Health",status="2xx"} 6\n',
      )
    }
  })

  test('all serve and all are nodes; each goes on while another hangs', async () => {
    const pids = await workers()
    expect(pids).toHaveLength(PROCESSES)
    for (const pid of pids) {
      process.kill(pid, 'SIGSTOP')
      // At most one connection is dealt to the one that hangs; the others take the rest.
      const answers = [1, 2, 3].map(() => status(`${program.url}/healthz`))
      expect(await Promise.any(answers)).toBe(200)
      process.kill(pid, 'SIGCONT')
      expect(await Promise.all(answers)).toEqual([200, 200, 200])
    }
  }, 60_000)

  test(
    'lose nothing when one is killed under load, and another takes its place',
    async () => {
      const before = await workers()
      const load = startLoad(chats.lanes, [program.url])
      try {
        await waitFor(() => load.count() >= SOME, PATIENCE)
        const { rows } = await database.pool.query('select id from nodes where pid = $1', [before[0]])
        process.kill(before[0] ?? 0, 'SIGKILL')
        await replaced(before, 1)
        // Its leases end here as they would after their 30 s.
        await database.pool.query(
          'update delivery_queue set lease_until = clock_timestamp() where lease_owner = $1 and lease_until is not null',
          [rows[0].id],
        )
        const after = load.count()
        await waitFor(() => load.count() >= after + SOME, PATIENCE)
      } finally {
        await load.stop()
      }
      await waitFor(async () => (await openDeliveries(database.pool)) === 0, PATIENCE)
      const arrived = new Set(receiver.received.map(({ json }) => json.new_message?.id))
      expect([...load.accepted.values()].flat().filter((id) => !arrived.has(id))).toEqual([])
    },
    TEST_MS,
  )

  test(
    'keep their port, and what they have counted, when all of them end at once',
    async () => {
      const probes = async () => {
        const metrics = await fetch(`${program.url}/metrics`, { headers: { connection: 'close' } })
        return (
          sampleOf(readSamples(await metrics.text()), 'charsu_http_requests_total', {
            operation: 'Health',
          }) ?? 0
        )
      }
      const before = await workers()
      const counted = await probes()
      expect(counted).toBeGreaterThan(0)
      for (const pid of before.filter(isAlive)) process.kill(pid, 'SIGKILL')
      await replaced(before, PROCESSES)
      await waitFor(() => status(`${program.url}/healthz`).catch(() => 0), PATIENCE)
      expect(await probes()).toBeGreaterThan(counted)
    },
    TEST_MS,
  )

  test(
    'end in order with the program, also one that was just being replaced',
    async () => {
      // Of those that took the others' place one may have been late, and been replaced in its turn.
      await waitFor(async () => (await workers()).filter(isAlive).length === PROCESSES, PATIENCE)
      const before = await workers()
      const [killed = 0, ...others] = before.filter(isAlive)
      expect(others).toHaveLength(PROCESSES - 1)
      process.kill(killed, 'SIGKILL')
      await program.stop()
      const left = await workers()
      expect(left.filter(isAlive)).toEqual([])
      // Only the killed could not take their leave.
      expect(left).toEqual(before.filter((pid) => !others.includes(pid)))
    },
    TEST_MS,
  )
})
