import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startDatabaseProxy } from '../../testing/database-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { silentLog } from '../../testing/test-log.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { isDatabaseAway, waitedForLock } from '../db/database-failure.ts'
import { createPool } from '../db/pool.ts'
import { ApiError } from '../errors.ts'
import { QuotaLeases } from './quota-leases.ts'
import { APP_DAY } from './quota-policy.ts'

/** Days, so that no window ends during a test. */
const POLICIES = [APP_DAY]
const REFUSED = 'refused'

let database: TestDatabase
let aheadMs: number
let waits: number
let statements: number
const opened: QuotaLeases[] = []

const clock = { monotonic: () => performance.now() + aheadMs }
const pool = (through: pg.Pool = database.pool) => ({
  query: ((...given: Parameters<pg.Pool['query']>) => {
    statements++
    return through.query(...given)
  }) as pg.Pool['query'],
})

function newNode(through?: pg.Pool): QuotaLeases {
  const node = new QuotaLeases(
    {
      pool: pool(through),
      clock,
      log: silentLog,
      nodes: () => 1,
      refusal: () => new Error(REFUSED),
      onWait: () => waits++,
    },
    POLICIES,
  )
  opened.push(node)
  return node
}

beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(() => {
  aheadMs = waits = statements = 0
})
afterAll(async () => {
  await Promise.all(opened.map((node) => node.stop()))
  await database.drop()
})

async function takes(node: QuotaLeases, id: string, count: number, limit: number): Promise<number> {
  const taken = await Promise.allSettled(Array.from({ length: count }, async () => node.take(id, [limit])))
  for (const each of taken) if (each.status === 'rejected') expect(each.reason.message).toBe(REFUSED)
  return taken.filter(({ status }) => status === 'fulfilled').length
}

async function usedOf(id: string): Promise<number> {
  const { rows } = await database.pool.query<{ used: number }>(
    'select used from quota_windows where subject_id = $1',
    [id],
  )
  return rows[0]?.used ?? 0
}

/** Holds a subject's row until it is ended. */
async function lock(id: string): Promise<AsyncDisposable> {
  const client = await database.pool.connect()
  await client.query('begin')
  await client.query('select from quota_windows where subject_id = $1 for update', [id])
  return {
    async [Symbol.asyncDispose]() {
      await client.query('rollback')
      client.release()
    },
  }
}

describe('§12 limits: a node', () => {
  test('asks once for all that wait, and for many subjects together', async () => {
    const node = newNode()
    const ids = Array.from({ length: 20 }, () => randomUUID())
    const taken = await Promise.all(ids.map((id) => takes(node, id, 10, 1000)))
    expect(taken).toEqual(Array(20).fill(10))
    expect(waits).toBe(200)
    expect(statements).toBeLessThanOrEqual(2)
    expect(await usedOf(ids[0]!)).toBe(10)
  })

  test('counts in memory once it knows the pace, and answers without a promise then', async () => {
    const node = newNode()
    const id = randomUUID()
    let inMemory = 0
    for (let i = 0; i < 2000; i++) {
      const taken = node.take(id, [1_000_000])
      if (taken instanceof Promise) await taken
      else inMemory++
      if (i % 10 === 0) await new Promise(setImmediate)
    }
    expect(inMemory).toBeGreaterThan(1800)
    await node.stop()
    expect(await usedOf(id)).toBe(2000)
  })

  test('lets exactly the limit through, whatever comes at once', async () => {
    const id = randomUUID()
    const nodes = [newNode(), newNode(), newNode()]
    const taken = await Promise.all(nodes.map((node) => takes(node, id, 200, 300)))
    expect(taken.reduce((sum, each) => sum + each, 0)).toBe(300)
  })

  test('refuses without asking when it has just been told that all is used up, and asks again a little later', async () => {
    const id = randomUUID()
    const node = newNode()
    expect(await takes(node, id, 12, 10)).toBe(10)
    const before = statements
    expect(await takes(node, id, 500, 10)).toBe(0)
    expect(statements).toBe(before)
    await database.pool.query('update quota_windows set used = 7 where subject_id = $1', [id])
    aheadMs += APP_DAY.believeMs
    expect(await takes(node, id, 5, 10)).toBe(3)
  })

  test('knows a limit that was raised at once, though it had just been refused', async () => {
    const id = randomUUID()
    const node = newNode()
    expect(await takes(node, id, 12, 10)).toBe(10)
    expect(await takes(node, id, 5, 14)).toBe(4)
  })

  test('gives back what is idle, and all of it when it stops', async () => {
    const [idle, stopped] = [randomUUID(), randomUUID()]
    const node = newNode()
    for (const id of [idle, stopped]) {
      for (let i = 0; i < 30; i++) await node.take(id, [100_000])
    }
    await waitFor(async () => (await usedOf(idle)) > 30)
    await node.sweep()
    expect(await usedOf(idle)).toBeGreaterThan(30)
    aheadMs += APP_DAY.idleMs!
    await node.take(stopped, [100_000])
    await node.sweep()
    expect(await usedOf(idle)).toBe(30)
    expect(await usedOf(stopped)).toBeGreaterThan(31)
    await node.stop()
    expect(await usedOf(stopped)).toBe(31)
  })

  test('takes back a call that was none', async () => {
    const id = randomUUID()
    const node = newNode()
    for (let i = 0; i < 10; i++) {
      await node.take(id, [3])
      node.giveBack(id)
    }
    expect(await takes(node, id, 5, 3)).toBe(3)
  })

  test('forgets whom it has not seen since the window ended', async () => {
    const id = randomUUID()
    const node = newNode()
    expect(await takes(node, id, 12, 10)).toBe(10)
    aheadMs += 86_400_000
    await node.sweep()
    // Asks anew, and hears that the day goes on.
    expect(await takes(node, id, 1, 10)).toBe(0)
  })
})

describe('§12 limits: a database that does not answer', () => {
  const APPLICATION = 'charsu quotas'
  const poolThrough = (url: string, timeoutMs: number) =>
    createPool({
      url,
      max: 2,
      log: silentLog,
      applicationName: APPLICATION,
      connectTimeoutMs: timeoutMs,
      queryTimeoutMs: timeoutMs,
    })
  const reasonOf = (error: unknown) => error instanceof ApiError && error.reason

  test('is waited for two seconds at most', async () => {
    await using proxy = await startDatabaseProxy(database.url)
    const through = poolThrough(proxy.url, 60_000)
    const id = randomUUID()
    const node = newNode(through)
    await node.take(id, [10])
    proxy.swallow(APPLICATION)
    const waiting = Promise.allSettled([1, 2, 3].map(async () => node.take(id, [10])))
    await waitFor(() => waits === 4)
    aheadMs += 2_001
    const refused = await waiting
    expect(refused.map((each) => each.status === 'rejected' && reasonOf(each.reason))).toEqual([
      'OVERLOADED',
      'OVERLOADED',
      'OVERLOADED',
    ])
    await proxy[Symbol.asyncDispose]()
    await node.stop()
    await through.end()
  })

  test('by one row that somebody holds keeps nobody for long, and is 503', async () => {
    const id = randomUUID()
    const node = newNode()
    await node.take(id, [10])
    await using _locked = await lock(id)
    await expect(node.take(id, [10])).rejects.toSatisfy(
      (error) => waitedForLock(error) || reasonOf(error) === 'OVERLOADED',
    )
    expect(await takes(node, randomUUID(), 3, 10)).toBe(3)
  })

  test('holds no second connection for giving back while it does not take back, and is not waited for long', async () => {
    let underWay = 0
    let most = 0
    const query = (async (...given: Parameters<pg.Pool['query']>) => {
      if (!JSON.stringify(given).includes('return_quotas')) return await database.pool.query(...given)
      most = Math.max(most, ++underWay)
      try {
        return await database.pool.query(...given)
      } finally {
        underWay--
      }
    }) as unknown as pg.Pool['query']
    const node = newNode({ query } as pg.Pool)
    const ids = Array.from({ length: 4 }, () => randomUUID())
    for (const id of ids) for (let i = 0; i < 30; i++) await node.take(id, [100_000])
    await using locks = new AsyncDisposableStack()
    for (const id of ids) locks.use(await lock(id))
    await node.sweep()
    const sweeps = ids.map((id) => {
      aheadMs += APP_DAY.idleMs!
      node.giveBack(id)
      return node.sweep()
    })
    expect(most).toBe(1)
    await Promise.all(sweeps)
  })

  test('keeps no more than so many waiting', async () => {
    const id = randomUUID()
    const node = newNode()
    await node.take(id, [10_000])
    const locked = await lock(id)
    const waiting = Promise.allSettled(Array.from({ length: 2_000 }, async () => node.take(id, [10_000])))
    await waitFor(() => waits === 2_001)
    expect(() => node.take(id, [10_000])).toThrow('too many calls are waiting')
    await locked[Symbol.asyncDispose]()
    await waiting
    expect(await takes(node, id, 1, 10_000)).toBe(1)
  })

  test('that is away refuses with 503 whoever has nothing left, and is asked again by the next', async () => {
    await using proxy = await startDatabaseProxy(database.url)
    const through = poolThrough(proxy.url, 300)
    const id = randomUUID()
    const node = newNode(through)
    for (let i = 0; i < 30; i++) await node.take(id, [1_000_000])
    proxy.swallow(APPLICATION)
    let served = 0
    const failure = await (async () => {
      for (; served < 100_000; served++) await node.take(id, [1_000_000])
      return null
    })().catch((error: unknown) => error)
    expect(isDatabaseAway(failure)).toBe(true)
    proxy.heal()
    await waitFor(async () => {
      try {
        await node.take(id, [1_000_000])
        return true
      } catch {
        return false
      }
    })
    await node.stop()
    await through.end()
  })
})
