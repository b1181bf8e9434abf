import { sql } from 'kysely'
import type pg from 'pg'
import { expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Tx } from '../db/database.ts'
import { readNews, readPresent } from './stream-store.ts'

const MANY = 5_000
/** What was written since the watermark, and a little more. */
const FEW = 20

/** Somebody to whom everything a stream tells has happened very often. */
async function crowd(client: pg.PoolClient, personId: string, appId: string) {
  const id = `md5(i::text)::uuid`
  const times = `generate_series(1, ${MANY}) i`
  // Of many transactions, all of long ago.
  const xid = `(3 + i % 500)::text::xid8`
  // Without the checks of foreign keys, which would take most of the time.
  await client.query(`set session_replication_role = replica`)
  for (const statement of [
    `insert into conversation_reads (conversation_id, user_id, read_sequence, xid, peer_id, shown_sequence, shown_xid)
     select ${id}, gen_random_uuid(), 5, ${xid}, '${personId}', 5, ${xid} from ${times}`,
    `insert into conversation_reads (conversation_id, user_id, read_sequence, xid)
     select ${id}, '${personId}', 5, ${xid} from ${times}`,
    `insert into conversation_changes (conversation_id, user_id, xid) select ${id}, '${personId}', ${xid} from ${times}`,
    `insert into notices (id, app_id, user_id, target_type, message, xid, read_at, read_xid)
     select ${id}, '${appId}', '${personId}', 'USER', 'x', ${xid}, now(), ${xid} from ${times}`,
    `insert into grants (id, app_id, user_id, revoked_at, changed_xid)
     select ${id}, '${appId}', '${personId}', now(), ${xid} from ${times}`,
  ]) {
    await client.query(statement)
  }
  await client.query(`reset session_replication_role`)
}

const STATES = ['conversation_reads', 'conversation_changes', 'notices', 'grants']

/** Rows of each table that this transaction has read. */
async function rowsRead(tx: Tx): Promise<number[]> {
  const { rows } = await sql<{ read: number }>`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as read
    from pg_stat_xact_user_tables where schemaname = 'public' and relname = any (${STATES}::text[])
    order by relname`.execute(tx)
  return rows.map(({ read }) => read)
}

test.each([
  ['before the tables were ever analysed', ''],
  ['with statistics', 'analyze'],
])('a poll reads only what is new, however much there is, %s', async (_, prepare) => {
  await using database = await createTestDatabase({ max: 2 })
  const db = createDatabase(database.pool)
  const person = await fixture.addUser(db)
  const app = await fixture.addApp(db, person.id)
  const client = await database.pool.connect()
  try {
    await crowd(client, person.id, app.id)
    if (prepare !== '') await client.query(prepare)
  } finally {
    client.release(true)
  }
  // Everything of the crowd lies below the watermark.
  const [cursor] = await readPresent(db, [person.id])
  const { items, read } = await db.transaction().execute(async (tx) => {
    const before = await rowsRead(tx)
    const { viewers } = await readNews(tx, [{ userId: person.id, cursor: cursor! }], null)
    const after = await rowsRead(tx)
    return { items: viewers[0]!.items, read: after.map((count, i) => count - before[i]!) }
  })
  expect(items).toEqual([])
  expect(read).toHaveLength(STATES.length)
  expect(Math.max(...read)).toBeLessThan(FEW)
})
