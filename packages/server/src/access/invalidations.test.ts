import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MovingClock } from '../../testing/moving-clock.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { type Clock, systemClock } from '../clock.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { createLog } from '../log.ts'
import { InvalidationPoller, pruneInvalidations, recordInvalidation } from './invalidations.ts'

let database: TestDatabase
let db: Database
let poller: InvalidationPoller
let heard: string[]
let warnings: string[]
const clients: pg.PoolClient[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
})
afterAll(() => database.drop())

const pollerOn = (through: Database, clock: Clock = systemClock): InvalidationPoller => {
  const log = createLog({ level: 'warn', destination: { write: (line: string) => void warnings.push(line) } })
  const made = new InvalidationPoller({ db: through, clock, log, intervalMs: 20 })
  made.listen({ invalidate: (tag) => void heard.push(tag), clear: () => void heard.push('everything') })
  return made
}

beforeEach(async () => {
  heard = []
  warnings = []
  poller = pollerOn(db)
  await poller.poll()
  heard = []
})
afterEach(async () => {
  await poller.stop()
  for (const client of clients.splice(0)) client.release(true)
})

const record = (key: string): Promise<void> =>
  db.transaction().execute((tx) => recordInvalidation(tx, 'key', key))

/** A transaction that has written its invalidation and waits with the commit. */
async function begin(key: string): Promise<() => Promise<unknown>> {
  const client = await database.pool.connect()
  clients.push(client)
  await client.query('begin')
  await client.query(`insert into cache_invalidations (kind, key) values ('key', $1)`, [key])
  return () => client.query('commit')
}

describe('word of a changed credential', () => {
  test('is heard at the next poll', async () => {
    await record('one')
    await poller.poll()
    expect(heard).toContain('key:one')
  })

  test('is heard of transactions that commit in the reverse order of their writing', async () => {
    const commitFirst = await begin('first')
    const commitSecond = await begin('second')
    await commitSecond()
    await poller.poll()
    expect(heard).toContain('key:second')
    expect(heard).not.toContain('key:first')
    await commitFirst()
    heard = []
    await poller.poll()
    expect(heard).toContain('key:first')
  })

  test('is heard although other transactions begin, commit and are polled between its writing and its commit', async () => {
    const commitLate = await begin('late')
    for (const key of ['x', 'y', 'z']) {
      await record(key)
      await poller.poll()
    }
    expect(heard).not.toContain('key:late')
    await commitLate()
    await poller.poll()
    expect(heard).toContain('key:late')
  })

  test('is not heard when the change was rolled back', async () => {
    await expect(
      db.transaction().execute(async (tx) => {
        await recordInvalidation(tx, 'key', 'undone')
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    await poller.poll()
    expect(heard).not.toContain('key:undone')
  })

  test('is heard by itself once the poller runs', async () => {
    await poller.start()
    await record('running')
    await waitFor(() => heard.includes('key:running'))
  })

  test('is repeated to nobody for ever: the watermark moves on', async () => {
    await record('old')
    await poller.poll()
    await record('new')
    await poller.poll()
    // Transactions of other test files, in the same cluster, may hold the watermark back for as long as they run.
    await waitFor(async () => {
      heard = []
      await poller.poll()
      return heard.length === 0
    })
  })
})

describe('a hint of another node', () => {
  const slow = (): InvalidationPoller => {
    const log = createLog({ level: 'silent' })
    const made = new InvalidationPoller({ db, clock: systemClock, log, intervalMs: 3_600_000 })
    made.listen({ invalidate: (tag) => void heard.push(tag), clear() {} })
    return made
  }

  test('makes the poller look at once', async () => {
    const hinted = slow()
    await hinted.start()
    await record('hinted')
    hinted.wake()
    await waitFor(() => heard.includes('key:hinted'))
    await hinted.stop()
  })

  test('that comes during a poll makes it look once more, because that poll may have begun too early', async () => {
    const hinted = slow()
    const starting = hinted.start()
    await record('during')
    hinted.wake()
    await starting
    await waitFor(() => heard.includes('key:during'))
    await hinted.stop()
  })

  test('is nothing to a poller that has stopped', async () => {
    const stopped = slow()
    await stopped.start()
    await stopped.stop()
    const polledAt = stopped.polledAt()
    stopped.wake()
    await poller.poll()
    expect(stopped.polledAt()).toBe(polledAt)
  })
})

test('a poller that starts clears what was cached before it', async () => {
  const fresh = pollerOn(db)
  await fresh.poll()
  expect(heard).toContain('everything')
})

test('a poller that has slept so long that rows were pruned meanwhile clears everything', async () => {
  const clock = new MovingClock()
  const slept = pollerOn(db, clock)
  await slept.poll()
  heard = []
  clock.forward(60_000)
  await slept.poll()
  expect(heard).not.toContain('everything')
  clock.forward(3_600_000)
  await slept.poll()
  expect(heard).toContain('everything')
})

describe('while the database cannot be asked', () => {
  test('the time of the last good poll stands still, one warning is logged, and the next success catches up', async () => {
    const own = await createTestDatabase({ max: 2 })
    const through = createDatabase(own.pool)
    const broken = pollerOn(through)
    await broken.poll()
    const good = broken.polledAt()
    expect(good).toBeGreaterThan(Number.NEGATIVE_INFINITY)

    await own.pool.query('alter table cache_invalidations rename to taken_away')
    for (let polls = 0; polls < 3; polls++) await broken.poll()
    expect(broken.polledAt()).toBe(good)
    expect(warnings).toHaveLength(1)

    await own.pool.query('alter table taken_away rename to cache_invalidations')
    await through.transaction().execute((tx) => recordInvalidation(tx, 'grant', 'meanwhile'))
    await broken.poll()
    expect(broken.polledAt()).toBeGreaterThan(good)
    expect(heard).toContain('grant:meanwhile')

    await own.pool.query('alter table cache_invalidations rename to taken_away')
    await broken.poll()
    expect(warnings).toHaveLength(2)
    await own.drop()
  })
})

test('rows older than an hour are pruned, younger ones stay', async () => {
  await database.pool.query(
    `insert into cache_invalidations (kind, key, created_at)
     values ('key', 'ancient', now() - interval '61 minutes'), ('key', 'young', now() - interval '59 minutes')`,
  )
  await pruneInvalidations(db, new AbortController().signal)
  const rows = await db.selectFrom('cache_invalidations').select('key').execute()
  const keys = rows.map(({ key }) => key)
  expect(keys).toContain('young')
  expect(keys).not.toContain('ancient')
})
