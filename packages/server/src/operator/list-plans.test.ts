import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database, type Tx } from '../db/database.ts'
import { newId } from '../ids.ts'
import { findDeliveries } from './delivery-store.ts'
import { readCounts } from './overview-store.ts'
import { findPosts } from './post-store.ts'
import { findUsers } from './user-store.ts'

/** Ten times what a list may read of any table. */
const MANY = 20_000
const MOST_READ = 2_000

let database: TestDatabase
let db: Database

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
  const client = await database.pool.connect()
  const owner = newId()
  // Without the checks of foreign keys, which would take most of the time.
  await client.query('set session_replication_role = replica')
  for (const statement of [
    `insert into users (id, host_id) values ('${owner}', 'owner')`,
    `insert into users (id, host_id, name, operator) select gen_random_uuid(), 'crowd' || i, 'Name' || i || ' Common', i = 1
     from generate_series(1, ${MANY}) i`,
    `insert into posts (id, token, owner_id, title, state)
     select gen_random_uuid(), 'c' || i, '${owner}', 'Title' || i || ' common', case when i = 1 then 'RETIRED' else 'PUBLISHED' end
     from generate_series(1, ${MANY}) i`,
    `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, state, attempts,
       attempt_log, replay, created_at, finished_at)
     select i, '${newId()}', 1, '${newId()}', 'NEW_MESSAGE', gen_random_uuid(),
       case when i % 100 = 0 then 'dead' else 'cancelled' end, 1, '[]', false, now(), now()
     from generate_series(1, ${MANY}) i`,
    'analyze users, posts, delivery_history',
  ]) {
    await client.query(statement)
  }
  await client.query('reset session_replication_role')
  client.release()
})
afterAll(() => database.drop())

/** What this connection has read of each table so far; counts of its last transactions may still be among it. */
async function readSoFar(tx: Tx): Promise<Map<string, number>> {
  const { rows } = await sql<{ name: string; read: number }>`
    select relname as name, (seq_tup_read + coalesce(idx_tup_fetch, 0))::integer as read
    from pg_stat_xact_user_tables where schemaname = 'public'`.execute(tx)
  return new Map(rows.map(({ name, read }) => [name, read]))
}

/** The most rows that were read of any one table. */
const rowsRead = (work: (tx: Tx) => Promise<unknown>): Promise<number> =>
  db.transaction().execute(async (tx) => {
    const before = await readSoFar(tx)
    await work(tx)
    const after = await readSoFar(tx)
    return Math.max(...[...after].map(([name, read]) => read - (before.get(name) ?? 0)))
  })

const page = { cursor: undefined, limit: 51 }
const users = { search: undefined, flag: undefined, ...page }
const posts = { search: undefined, owner: undefined, state: undefined, ...page }
const dead = {
  list: 'dead',
  app: null,
  eventType: undefined,
  reason: undefined,
  from: undefined,
  to: undefined,
  ...page,
} as const

test.each<[string, (tx: Tx) => Promise<unknown>]>([
  ['all people', (tx) => findUsers(tx, users)],
  ['people by a word', (tx) => findUsers(tx, { ...users, search: 'name777' })],
  ['people by the beginning of an id', (tx) => findUsers(tx, { ...users, search: 'crowd1234' })],
  ['people with a rare mark', (tx) => findUsers(tx, { ...users, flag: 'operator' })],
  ['all posts', (tx) => findPosts(tx, posts)],
  ['posts by a word', (tx) => findPosts(tx, { ...posts, search: 'title777' })],
  ['posts in a rare state', (tx) => findPosts(tx, { ...posts, state: 'RETIRED' })],
  ['the dead among many cancelled', (tx) => findDeliveries(tx, dead)],
  ['figures at a glance', (tx) => readCounts(tx, Date.now())],
])('%s: few rows are read of long tables', async (_, work) => {
  expect(await rowsRead(work)).toBeLessThan(MOST_READ)
})
