import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from './database.ts'
import { deleteInBatches } from './delete-in-batches.ts'

let database: TestDatabase
let db: Database

beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
  db = createDatabase(database.pool)
  await database.pool.query(`
    create table things (n integer primary key);
    create table batches (rows integer);
    create function count_batch() returns trigger language plpgsql as $$ begin
      insert into batches select count(*) from gone;
      return null;
    end $$;
    create trigger counted after delete on things referencing old table as gone
      for each statement execute function count_batch();`)
})
afterAll(() => database.drop())
beforeEach(() =>
  database.pool.query('truncate things, batches; insert into things select generate_series(1, 2500)'),
)

const upTo = (n: number) => ({ table: 'things', by: sql`t.n`, before: sql`${n}` })

async function numbers(query: string): Promise<number[]> {
  const { rows } = await database.pool.query<{ n: number }>(query)
  return rows.map(({ n }) => n)
}

test('deletes the oldest first, at most 1,000 a statement, and nothing else', async () => {
  await deleteInBatches({ db, signal: new AbortController().signal }, upTo(2400))
  expect(await numbers('select rows as n from batches')).toEqual([1000, 1000, 399])
  expect(await numbers('select min(n) as n from things')).toEqual([2400])
})

test('leaves what an exception names', async () => {
  const signal = new AbortController().signal
  await deleteInBatches({ db, signal }, { ...upTo(2400), unless: sql`t.n in (7, 2000)` })
  expect(await numbers('select n from things order by n limit 3')).toEqual([7, 2000, 2400])
})

test('any number of nodes may do it at once, and none waits for another', async () => {
  const signal = new AbortController().signal
  await Promise.all(Array.from({ length: 4 }, () => deleteInBatches({ db, signal }, upTo(2400))))
  await deleteInBatches({ db, signal }, upTo(2400))
  expect(await numbers('select min(n) as n from things')).toEqual([2400])
})

test('ends between two batches when it is told to', async () => {
  const ending = new AbortController()
  const deleting = deleteInBatches({ db, signal: ending.signal }, upTo(2400))
  ending.abort()
  await deleting
  expect(await numbers('select rows as n from batches')).toEqual([1000])
})
