import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from './database.ts'
import { migrate } from './migrate.ts'

const FOLDER = join(import.meta.dirname, 'migrations')
const BEFORE_OPERATORS = '0015_development_traffic.sql'

/** Letters, signs and lengths that a host may have sent; none of them may stop a search index from being made. */
const NAMES = ['', `O'Neil \\ & <b>`, 'می‌خواهم ۱۲۳', 'x'.repeat(100), '😀 \u202e', ' - : * ! ( ']

test('a marketplace of before operators and streams’ states keeps its rows, and they are found', async () => {
  await using older = await temporaryFolder()
  for (const name of (await readdir(FOLDER)).filter((file) => file <= BEFORE_OPERATORS)) {
    await cp(join(FOLDER, name), join(older.path, name))
  }
  await using database = await createTestDatabase({ empty: true, max: 2 })
  const { pool } = database
  const db = createDatabase(pool)
  await migrate(pool, older.path)

  const [seller, buyer] = [await fixture.addUser(db, { name: 'Kamran' }), await fixture.addUser(db)]
  for (const name of NAMES)
    await fixture.addPost(db, (await fixture.addUser(db, { name })).id, { title: name })
  const app = await fixture.addApp(db, seller.id)
  const post = await fixture.addPost(db, seller.id)
  const conversation = await fixture.addConversation(db, post, seller.id, buyer.id)
  await fixture.addGrant(db, app.id, seller.id, ['USER_ID'])
  await pool.query(
    `insert into conversation_reads (conversation_id, user_id, read_sequence) values ($1, $2, 3), ($1, $3, 1)`,
    [conversation, seller.id, buyer.id],
  )
  const record = { refs: { message_id: 'm', trace_id: 't' } }
  await pool.query(`insert into development_traffic (id, at, app, record) values (1, now(), $1, $2)`, [
    app.slug,
    JSON.stringify(record),
  ])

  const { applied } = await migrate(pool)
  expect(applied[0]).toBe('0016_operators')
  const rowsOf = async (query: string): Promise<unknown[]> => (await pool.query(query)).rows
  expect(await rowsOf('select count(*)::integer from users where not operator')).toEqual([
    { count: NAMES.length + 2 },
  ])
  expect(await rowsOf(`select host_id from users where search_words(name) @@ search_query('kam')`)).toEqual([
    { host_id: seller.hostId },
  ])
  expect(
    await rowsOf(
      'select user_id, peer_id, read_sequence, shown_sequence from conversation_reads order by user_id',
    ),
  ).toEqual([
    { user_id: seller.id, peer_id: buyer.id, read_sequence: 3, shown_sequence: 0 },
    { user_id: buyer.id, peer_id: seller.id, read_sequence: 1, shown_sequence: 0 },
  ])
  expect(await rowsOf('select names from development_traffic')).toEqual([{ names: ['message:m', 'trace:t'] }])
})
