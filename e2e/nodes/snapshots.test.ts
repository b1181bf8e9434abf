import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import { EventStreamClient } from '../../packages/server/testing/event-stream.ts'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../packages/server/testing/webhook-receiver.ts'
import { addChats, type Chats, sendTo, startLoad } from './chat-load.ts'
import { type NodeProcess, startNodeProcess } from './node-process.ts'

const TEST_MS = 180_000
const PATIENCE = { timeoutMs: 60_000 }
const SOME = 30

let database: TestDatabase
let folder: TemporaryFolder
let receiver: WebhookReceiver
let chats: Chats

const startNode = (more: Record<string, string> = {}): Promise<NodeProcess> =>
  startNodeProcess(database.url, { CHARSU_DATA_DIR: folder.path, ...more })

async function call(url: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}/dev/v1/snapshots${path}`, {
    method: 'POST',
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  return { status: answer.status, text: await answer.text() }
}

const succeed = async (url: string, path: string, body?: unknown): Promise<void> =>
  expect(await call(url, path, body)).toMatchObject({ status: 200 })

/** Of any marketplace that is one moment of itself: no gap, nothing that is neither waiting nor delivered, twice or at all. */
async function faults(): Promise<unknown> {
  const { rows } = await database.pool.query(`
    select
      (select count(*) from conversations c where c.last_sequence <>
        (select count(*) from messages m where m.conversation_id = c.id))::int as gaps,
      (select count(*) from messages m where
        (select count(*) from delivery_queue q where q.source_id = m.id)
        + (select count(*) from delivery_history h where h.source_id = m.id) <> 1)::int as lost,
      (select count(*) from pg_namespace where nspname like 'charsu%')::int as left_over`)
  return rows[0]
}
const NO_FAULT = { gaps: 0, lost: 0, left_over: 0 }

/** Of the conversations whose app is the test's own. */
const messages = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from messages where conversation_id = any ($1)',
    [chats.lanes.map(({ conversationId }) => conversationId)],
  )
  return rows.map(({ id }) => id)
}
const arrivals = (id: string): number =>
  receiver.received.filter(({ json }) => json.new_message?.id === id).length
const settled = () =>
  waitFor(async () => (await database.pool.query('select from delivery_queue')).rowCount === 0, PATIENCE)

beforeAll(async () => {
  database = await createTestDatabase({ max: 3 })
  folder = await temporaryFolder()
  receiver = await startWebhookReceiver()
  chats = await addChats(createDatabase(database.pool), receiver.url, 4)
}, TEST_MS)
afterAll(async () => {
  await receiver.close()
  await database.drop()
  await folder[Symbol.asyncDispose]()
}, TEST_MS)

describe('a marketplace is saved and loaded under way', () => {
  test(
    'while messages are sent and delivered by two processes: each has all of it afterwards, and nothing of what was',
    async () => {
      const program = await startNode({ CHARSU_PROCESSES: '2' })
      try {
        const load = startLoad(chats.lanes, [program.url])
        try {
          await waitFor(() => load.count() >= SOME, PATIENCE)
          await succeed(program.url, '', { name: 'busy' })
          const saved = load.count()
          await waitFor(() => load.count() >= saved + SOME, PATIENCE)
          await succeed(program.url, '/busy/load')
          const loaded = load.count()
          await waitFor(() => load.count() >= loaded + SOME, PATIENCE)
        } finally {
          await load.stop()
        }
        await settled()
        expect(await faults()).toEqual(NO_FAULT)
        for (const id of await messages()) expect(arrivals(id)).toBeGreaterThan(0)

        // Both processes are of the new marketplace, and under the same port.
        const { rows } = await database.pool.query('select pid from nodes')
        expect(new Set(rows.map(({ pid }) => pid)).size).toBe(2)
        const lane = chats.lanes[0]!
        const stream = await new EventStreamClient(program.url, lane.buyer.cookie).connect()
        await waitFor(() => stream.events.some(({ event }) => event === 'ready'), PATIENCE)
        const sent: string[] = []
        for (let i = 0; i < 6; i++) sent.push((await sendTo(program.url, lane)) ?? '')
        await waitFor(() => sent.every((id) => stream.events.some(({ data }) => data.id === id)), PATIENCE)
        await settled()
        expect(sent.map(arrivals)).toEqual([1, 1, 1, 1, 1, 1])
        await stream.disconnect()
      } finally {
        await program.stop()
      }
    },
    TEST_MS,
  )

  test(
    'and a kill in the middle of either leaves everything as it was',
    async () => {
      const lanes = chats.lanes
      let program = await startNode()
      for (let i = 0; i < 8; i++) await sendTo(program.url, lanes[i % lanes.length]!)
      await settled()
      await succeed(program.url, '', { name: 'whole' })
      const before = await messages()
      for (const [path, body] of [
        ['', { name: 'half' }],
        ['/whole/load', undefined],
      ] as const) {
        // Where somebody holds a table, both stand still in the middle.
        const holder = await database.pool.connect()
        await holder.query('set idle_in_transaction_session_timeout = 0')
        await holder.query('begin; lock table conversations in access exclusive mode')
        const lost = call(program.url, path, body).catch(() => 'lost')
        await waitFor(
          async () =>
            (
              await database.pool.query(
                `select from pg_stat_activity where application_name = 'charsu snapshot'
                   and datname = current_database() and wait_event_type = 'Lock'`,
              )
            ).rowCount,
          PATIENCE,
        )
        await program.kill()
        expect(await lost).toBe('lost')
        holder.release(true)
        if (path === '') program = await startNode()
      }

      program = await startNode()
      try {
        expect((await messages()).toSorted()).toEqual(before.toSorted())
        expect(await faults()).toEqual(NO_FAULT)
        const names = await readdir(join(folder.path, 'snapshots'))
        expect(names).toContain('whole.charsu-snapshot')
        expect(names).not.toContain('half.charsu-snapshot')
        // Neither is in the way of the next.
        await waitFor(async () => (await call(program.url, '/whole/load')).status === 200, PATIENCE)
        const id = (await sendTo(program.url, lanes[0]!)) ?? ''
        await waitFor(() => arrivals(id) === 1, PATIENCE)
      } finally {
        await program.stop()
      }
    },
    TEST_MS,
  )
})
