import { setImmediate } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createLog } from '../log.ts'
import { createDatabase } from './database.ts'
import { addPartitions, dropPartitions, type PartitionDeps } from './partitions.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const table = { table: 'things', column: 'at' }
const weekly = { ...table, keepMs: 7 * DAY }
const hourly = { ...table, keepMs: HOUR }
const forever = new AbortController().signal

let database: TestDatabase
let deps: PartitionDeps

beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
  deps = { db: createDatabase(database.pool), log: createLog({ level: 'silent' }) }
})
afterAll(() => database.drop())
beforeEach(() =>
  database.pool.query(`
    drop table if exists things;
    create table things (id integer, at timestamptz not null default clock_timestamp()) partition by range (at);
    create table things_default partition of things default;
    create index on things (id);`),
)

const insert = (on: Pick<pg.Pool, 'query'>, id: number, age = '0'): Promise<unknown> =>
  on.query('insert into things (id, at) values ($1, clock_timestamp() - $2::interval)', [id, age])

/** Ids, by the partition they lie in. */
async function contents(): Promise<Record<string, number[]>> {
  const { rows } = await database.pool.query<{ name: string; ids: number[] }>(
    `select tableoid::regclass::text as name, array_agg(id order by id) as ids from things group by 1`,
  )
  return Object.fromEntries(rows.map(({ name, ids }) => [name, ids]))
}

async function partitions(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'things'::regclass order by 1`,
  )
  return rows.map(({ name }) => name).filter((name) => name !== 'things_default')
}

/** A partition around some time in the past. */
const addPast = (name: string, from: string, to: string): Promise<unknown> =>
  database.pool.query(`do $$ begin
    execute format('create table ${name} partition of things for values from (%L) to (%L)',
      now() - interval '${from}', now() - interval '${to}');
  end $$`)

test('new partitions take what comes, and nothing goes to the default one', async () => {
  await addPartitions(deps, weekly, forever)
  expect(await partitions()).toHaveLength(3)
  await insert(database.pool, 1)
  await insert(database.pool, 2, '-47 hours')
  const places = await contents()
  expect(Object.values(places)).toEqual([[1], [2]])
  expect(places).not.toHaveProperty('things_default')
  await addPartitions(deps, weekly, forever)
  expect(await partitions()).toHaveLength(3)
})

test('any number of nodes may make them at once: each is made one time', async () => {
  await Promise.all(Array.from({ length: 8 }, () => addPartitions(deps, hourly, forever)))
  expect(await partitions()).toHaveLength(3)
})

test('an insert under way is not waited for when partitions are added', async () => {
  await addPartitions(deps, hourly, forever)
  const client = await database.pool.connect()
  await client.query('begin')
  await insert(client, 1)
  await addPartitions(deps, weekly, forever)
  const made = await partitions()
  await client.query('commit')
  client.release()
  expect(made.length).toBeGreaterThan(3)
})

test('rows in the default partition keep no other partition from being made', async () => {
  await insert(database.pool, 1, '-1 days')
  await addPartitions(deps, weekly, forever)
  expect(await partitions()).toHaveLength(2)
  await addPartitions(deps, weekly, forever)
  await insert(database.pool, 2)
  const { things_default: unplaced, ...placed } = await contents()
  expect([unplaced, Object.values(placed)]).toEqual([[1], [[2]]])
})

test('a partition is dropped when all of it is older than is kept, and never before', async () => {
  await addPast('things_young', '7 days 23 hours', '6 days 23 hours')
  await addPast('things_old', '9 days', '8 days')
  await insert(database.pool, 1, '8 days 1 hour')
  await insert(database.pool, 2, '7 days 1 hour')
  await dropPartitions(deps, weekly, forever)
  expect(await contents()).toEqual({ things_young: [2] })
  expect(await partitions()).toEqual(['things_young'])
})

test('any number of nodes may drop them at once', async () => {
  for (let day = 10; day < 14; day++) await addPast(`things_${day}`, `${day} days 23 hours`, `${day} days`)
  await Promise.all(Array.from({ length: 5 }, () => dropPartitions(deps, weekly, forever)))
  expect(await partitions()).toEqual([])
})

test('while a partition cannot be dropped inserts go on, and it goes the next time', async () => {
  await addPartitions(deps, weekly, forever)
  await addPast('things_old', '9 days', '8 days')
  const client = await database.pool.connect()
  await client.query('begin')
  await insert(client, 0)
  let done = false
  const dropping = dropPartitions(deps, weekly, forever).then(() => {
    done = true
  })
  let inserted = 0
  // Each of them waits for the drop's request for a lock at most, which gives up by itself.
  while (!done) {
    await insert(database.pool, ++inserted)
    await setImmediate()
  }
  await dropping
  expect(await partitions()).toContain('things_old')
  await client.query('commit')
  client.release()
  await dropPartitions(deps, weekly, forever)
  expect(await partitions()).not.toContain('things_old')
  expect(Object.values(await contents())).toEqual([Array.from({ length: inserted + 1 }, (_, id) => id)])
})

test('a partition that somebody reads or vacuums is left alone without making inserts wait', async () => {
  await addPast('things_old', '9 days', '8 days')
  const client = await database.pool.connect()
  await client.query('begin')
  await client.query('lock table only things_old in share update exclusive mode')
  const waited: unknown[] = []
  const watch = await database.pool.connect()
  let done = false
  const dropping = dropPartitions(deps, weekly, forever).then(() => {
    done = true
  })
  while (!done) {
    const { rows } = await watch.query(
      `select from pg_locks where relation = 'things'::regclass and mode = 'AccessExclusiveLock'`,
    )
    waited.push(...rows)
  }
  await dropping
  expect(waited).toEqual([])
  expect(await partitions()).toEqual(['things_old'])
  await client.query('rollback')
  for (const used of [client, watch]) used.release()
})

test('ends early when it is told to', async () => {
  await addPast('things_old', '9 days', '8 days')
  await dropPartitions(deps, weekly, AbortSignal.abort())
  expect(await partitions()).toEqual(['things_old'])
})

test('when less is to be kept, narrower partitions take the place of those made ahead', async () => {
  await addPartitions(deps, weekly, forever)
  await insert(database.pool, 1)
  const [today] = await partitions()
  await dropPartitions(deps, hourly, forever)
  expect(await partitions()).toEqual([today])
  await addPartitions(deps, hourly, forever)
  await insert(database.pool, 2)
  expect(await contents()).toEqual({ [today!]: [1, 2] })
})

test('when more is to be kept, nothing goes that was made to go sooner', async () => {
  await addPartitions(deps, hourly, forever)
  await addPast('things_old', '3 hours', '2 hours')
  await insert(database.pool, 1, '2 hours 1 minute')
  await dropPartitions(deps, weekly, forever)
  expect(await contents()).toEqual({ things_old: [1] })
})

test('a wide partition made ahead stays when it holds something', async () => {
  await addPartitions(deps, weekly, forever)
  await insert(database.pool, 1, '-47 hours')
  await dropPartitions(deps, hourly, forever)
  expect(Object.values(await contents())).toEqual([[1]])
})
