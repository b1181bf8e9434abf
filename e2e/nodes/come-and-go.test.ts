import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import { misplacedDeliveries, openDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../packages/server/testing/webhook-receiver.ts'
import { addChats, type Chats, type Load, startLoad } from './chat-load.ts'
import { type NodeProcess, startNodeProcess } from './node-process.ts'

/** Nodes come and go under load: nothing is lost, nothing comes twice but what a killed node had in hand. */

const TEST_MS = 120_000
const DRAIN_MS = 60_000
const LANES = 12
/** Messages that are accepted before and after each change. */
const SOME = 60

let database: TestDatabase
let receiver: WebhookReceiver
let chats: Chats
let load: Load
let nodes: NodeProcess[]
let urls: string[]

beforeEach(async () => {
  database = await createTestDatabase({ max: 3 })
  receiver = await startWebhookReceiver()
  nodes = []
  urls = []
  // Of what is made before the first node runs no cache has to be told.
  chats = await addChats(createDatabase(database.pool), receiver.url, LANES)
})
afterEach(async () => {
  await load.stop()
  for (const node of nodes) await node.stop()
  await receiver.close()
  await database.drop()
})

async function join(): Promise<NodeProcess> {
  const node = await startNodeProcess(database.url)
  nodes.push(node)
  urls.push(node.url)
  return node
}

/** New messages no longer go to it, as when a balancer takes a node out. */
function takeOut(node: NodeProcess): void {
  urls.splice(urls.indexOf(node.url), 1)
  nodes.splice(nodes.indexOf(node), 1)
}

function acceptMore(): Promise<unknown> {
  const before = load.count()
  return waitFor(() => load.count() >= before + SOME, { timeoutMs: DRAIN_MS })
}

/** The ids of messages as they arrived, repeats included. */
const arrivals = (): string[] => receiver.received.flatMap(({ json }) => json.new_message?.id ?? [])

async function drain(): Promise<void> {
  await load.stop()
  await waitFor(async () => (await openDeliveries(database.pool)) === 0, { timeoutMs: DRAIN_MS })
  expect(await misplacedDeliveries(database.pool)).toEqual([])
}

function expectAllInOrder(): void {
  const place = new Map<string, number>()
  for (const [i, id] of arrivals().entries()) if (!place.has(id)) place.set(id, i)
  for (const ids of load.accepted.values()) {
    const places = ids.map((id) => place.get(id) ?? -1)
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  }
}

const repeats = (): number => arrivals().length - new Set(arrivals()).size

/** The ids of living processes as the table of nodes tells them. */
async function nodeOf(pid: number): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>('select id from nodes where pid = $1', [pid])
  return rows[0]?.id ?? ''
}

describe('under load', () => {
  test(
    'nodes that join and leave as they should lose nothing, double nothing and keep every order',
    async () => {
      const first = await join()
      load = startLoad(chats.lanes, urls)
      await acceptMore()
      await join()
      await acceptMore()
      await join()
      await acceptMore()
      takeOut(first)
      await first.stop()
      await acceptMore()
      await drain()
      expectAllInOrder()
      expect(repeats()).toBe(0)
      const { rows } = await database.pool.query('select pid from nodes')
      expect(rows.map(({ pid }) => pid).sort()).toEqual(nodes.map(({ pid }) => pid).sort())
    },
    TEST_MS,
  )

  test(
    'a node that is killed loses nothing, and doubles at most what it had in hand',
    async () => {
      const killed = await join()
      await join()
      await join()
      load = startLoad(chats.lanes, urls)
      await acceptMore()
      const id = await nodeOf(killed.pid)
      await killed.kill()
      takeOut(killed)
      // Its leases end here as they would after their 30 s.
      const { rowCount } = await database.pool.query(
        `update delivery_queue set lease_until = clock_timestamp() where lease_owner = $1 and lease_until is not null`,
        [id],
      )
      await acceptMore()
      await drain()
      expectAllInOrder()
      expect(repeats()).toBeLessThanOrEqual(rowCount ?? 0)
    },
    TEST_MS,
  )
})
