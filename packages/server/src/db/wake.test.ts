import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startDatabaseProxy } from '../../testing/database-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { newId } from '../ids.ts'
import { Wake } from './wake.ts'
import { LISTENER_NAME } from './wake-listener.ts'
import type { Concerned } from './wake-payload.ts'

const LOST_MS = 15_000

let database: TestDatabase
const cleanups: (() => unknown)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface TestNode {
  wake: Wake
  /** All that it heard of conversations. */
  heard: Concerned[]
  warnings: string[]
}

function startNode({ alone = false, listenUrl = database.url } = {}): TestNode {
  const heard: Concerned[] = []
  const warnings: string[] = []
  const wake = new Wake({
    pool: database.pool,
    listenUrl,
    node: newId(),
    isAlone: () => alone,
    log: { info() {}, warn: (_, message) => void warnings.push(message) },
  })
  wake.on('conversations', (concerned) => void heard.push(concerned))
  wake.start()
  cleanups.push(() => wake.stop())
  return { wake, heard, warnings }
}

/** When it begins to listen, everything may be news. */
const listens = ({ heard }: TestNode, times = 1): Promise<unknown> =>
  waitFor(() => heard.filter((concerned) => concerned === '*').length >= times, { timeoutMs: LOST_MS })

/** What goes over the channel, as PostgreSQL passes it on; proofs of a listener to itself left out. */
async function overhear(): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  cleanups.push(() => client.end())
  const heard: string[] = []
  client.on('notification', ({ payload = '' }) => {
    if (!payload.startsWith('proof ')) heard.push(payload)
  })
  await client.query('listen charsu_wake')
  return heard
}

const listenerPids = async (): Promise<number[]> => {
  const { rows } = await database.pool.query<{ pid: number }>(
    'select pid from pg_stat_activity where application_name = $1 and datname = current_database()',
    [LISTENER_NAME],
  )
  return rows.map(({ pid }) => pid)
}

describe('a hint', () => {
  test('reaches the other nodes, and not the one that gave it', async () => {
    const here = startNode()
    const there = startNode()
    await Promise.all([listens(here), listens(there)])
    const id = newId()
    here.wake.tell('conversations', [id])
    await waitFor(() => there.heard.length === 2)
    expect(there.heard[1]).toEqual([id])
    expect(here.heard).toEqual(['*'])
  })

  test('goes out together with what is told at the same time', async () => {
    const node = startNode()
    const overheard = await overhear()
    const [one, two] = [newId(), newId()]
    node.wake.tell('conversations', [one])
    node.wake.tell('conversations', [two, one])
    node.wake.tell('credentials')
    await waitFor(() => overheard.length > 0)
    await node.wake.stop()
    expect(overheard).toHaveLength(1)
    expect(JSON.parse(overheard[0] ?? '')).toMatchObject({ conversations: [one, two], credentials: '*' })
  })

  test('that is too long to name everything says that everything may be concerned', async () => {
    const here = startNode()
    const there = startNode()
    await listens(there)
    here.wake.tell('conversations', Array.from({ length: 10_000 }, newId))
    await listens(there, 2)
  })

  test('given in the last moment goes out before the node is gone', async () => {
    const here = startNode()
    const there = startNode()
    await listens(there)
    const id = newId()
    here.wake.tell('conversations', [id])
    await here.wake.stop()
    await waitFor(() => there.heard.some((concerned) => concerned.includes(id)))
  })

  test('is not given by a node that is alone', async () => {
    const node = startNode({ alone: true })
    const other = startNode()
    const overheard = await overhear()
    node.wake.tell('conversations', [newId()])
    await node.wake.stop()
    other.wake.tell('credentials')
    await waitFor(() => overheard.length > 0)
    expect(overheard).toHaveLength(1)
    expect(overheard[0]).toContain('credentials')
  })

  test.each([
    'nonsense',
    '{}',
    'null',
    '{"from":"x","conversations":["no uuid"]}',
    '{"from":"x","conversations":7}',
  ])('that no node has given is passed over: %s', async (text) => {
    const here = startNode()
    const there = startNode()
    await listens(there)
    await database.pool.query(`select pg_notify('charsu_wake', $1)`, [text])
    const id = newId()
    here.wake.tell('conversations', [id])
    await waitFor(() => there.heard.length > 1)
    expect(there.heard).toEqual(['*', [id]])
  })
})

describe('a listening connection', () => {
  test('that the server ends is there again, and everything is looked at once more', async () => {
    const node = startNode()
    await listens(node)
    const [pid] = await listenerPids()
    await database.pool.query('select pg_terminate_backend($1)', [pid])
    await listens(node, 2)
    expect(await listenerPids()).not.toContain(pid)
    expect(node.warnings).toEqual([])
  })

  test(
    'whose packets get lost is given up and opened anew',
    async () => {
      await using proxy = await startDatabaseProxy(database.url)
      const node = startNode({ listenUrl: proxy.url })
      await listens(node)
      proxy.swallow(LISTENER_NAME)
      await waitFor(() => proxy.taken(LISTENER_NAME) > 1, { timeoutMs: LOST_MS })
      proxy.heal()
      await listens(node, 2)
      await node.wake.stop()
    },
    2 * LOST_MS,
  )

  test('that passes no notification on, as behind a pooler, is complained of once', async () => {
    await using proxy = await startDatabaseProxy(database.url)
    proxy.dropNotifications(LISTENER_NAME)
    const node = startNode({ listenUrl: proxy.url })
    await waitFor(() => node.warnings.length > 0)
    await node.wake.stop()
    expect(node.warnings).toEqual([expect.stringContaining('found by polling alone')])
    expect(node.heard).toEqual([])
    expect(proxy.taken(LISTENER_NAME)).toBe(1)
  })

  test('that cannot be had is complained of once, and the node can still tell others', async () => {
    const closed = new URL(database.url)
    closed.port = '1'
    const node = startNode({ listenUrl: closed.href })
    const there = startNode()
    await listens(there)
    await waitFor(() => node.warnings.length > 0)
    node.wake.tell('conversations', '*')
    await listens(there, 2)
    expect(node.warnings).toHaveLength(1)
  })
})
