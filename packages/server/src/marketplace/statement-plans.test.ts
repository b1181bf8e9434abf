import type { PostSearch } from '@charsu/protocol/search-posts'
import type { Pool } from 'pg'
import { expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from '../db/database.ts'
import { findPublishedPosts } from './search-store.ts'
import { type PostUpsert, upsertPosts } from './upsert-posts.ts'

/** Of which one in two is published. */
const POSTS = 15_000
const MOST = 100

async function crowd(pool: Pool, ownerId: string): Promise<void> {
  await pool.query(
    `insert into posts (id, token, owner_id, category, city, district, state, data, last_modified_at)
     select gen_random_uuid(), 'c' || i, $1, 'category' || i % 10, 'city' || i / 10 % 10, 'district' || i / 100 % 10,
       case when i / 1000 % 2 = 0 then 'PUBLISHED' else 'RETIRED' end,
       jsonb_build_object('size', i % 1000, 'rent', i, 'rooms', i % 5, 'padding', repeat('x', 200)),
       now() - i * interval '1 second'
     from generate_series(1, ${POSTS}) i`,
    [ownerId],
  )
  await pool.query('vacuum analyze posts')
}

interface Reads {
  /** Rows that were fetched, by whatever way. */
  fetched: number
  /** Of which so many by reading the table from end to end. */
  scanned: number
}

/** What `run` read of these tables, on a pool of one connection. */
async function readsOf(
  pool: Pool,
  tables: readonly string[],
  run: () => Promise<unknown>,
): Promise<Map<string, Reads>> {
  const count = async (): Promise<Map<string, Reads>> => {
    await pool.query('select pg_stat_force_next_flush()')
    await pool.query('select pg_stat_clear_snapshot()')
    const { rows } = await pool.query(
      `select relname as table, seq_tup_read + coalesce(idx_tup_fetch, 0) as fetched, seq_tup_read as scanned
       from pg_stat_user_tables where relname = any ($1)`,
      [tables],
    )
    return new Map(
      rows.map(({ table, fetched, scanned }) => [
        table,
        { fetched: Number(fetched), scanned: Number(scanned) },
      ]),
    )
  }
  const before = await count()
  await run()
  const after = await count()
  return new Map(
    [...after].map(([table, { fetched, scanned }]) => {
      const then = before.get(table)!
      return [table, { fetched: fetched - then.fetched, scanned: scanned - then.scanned }]
    }),
  )
}

const NOTHING: PostSearch = { districts: [], brandModels: [], rooms: [], onlyWithParking: false, ranges: {} }
const SEARCHES: readonly [name: string, search: Partial<PostSearch>, found: number][] = [
  ['everything', {}, MOST],
  ['a category', { category: 'category1' }, MOST],
  ['a city', { city: 'city1' }, MOST],
  ['a category and a city', { category: 'category1', city: 'city1' }, 80],
  [
    'districts of a city',
    { category: 'category1', city: 'city1', districts: ['district1', 'district2'] },
    16,
  ],
  ['a wide range', { category: 'category1', ranges: { size: { min: '100' } } }, MOST],
  ['a narrow range', { category: 'category1', ranges: { rent: { min: '41', max: '41' } } }, 1],
  ['a narrow range of a city', { city: 'city4', ranges: { rent: { min: '41', max: '41' } } }, 1],
  ['a narrow range anywhere', { ranges: { rent: { min: '41', max: '45' } } }, 5],
  ['what nobody has', { category: 'category1', city: 'city1', brandModels: ['none'], rooms: ['9'] }, 0],
  ['a category that does not exist', { category: 'none', onlyWithParking: true }, 0],
]

test('§8 a search reads only the posts that it answers, however many there are', async () => {
  await using fresh = await createTestDatabase({ max: 1 })
  const db = createDatabase(fresh.pool)
  await crowd(fresh.pool, (await fixture.addUser(db)).id)
  for (const [name, search, expected] of SEARCHES) {
    let found = 0
    const reads = await readsOf(fresh.pool, ['posts'], async () => {
      found = (await findPublishedPosts(db, { ...NOTHING, ...search }, MOST)).length
    })
    expect({ name, found }).toEqual({ name, found: expected })
    const { fetched, scanned } = reads.get('posts')!
    expect({ name, scanned }).toEqual({ name, scanned: 0 })
    expect(fetched).toBeGreaterThanOrEqual(found)
    expect(fetched).toBeLessThanOrEqual(3 * MOST)
  }
})

test('§5 a call that changes many posts reads only these, and who hears of them', async () => {
  await using fresh = await createTestDatabase({ max: 1 })
  const db = createDatabase(fresh.pool)
  const seller = await fixture.addUser(db)
  const app = await fixture.addApp(db, seller.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  const { grantId } = await fixture.addGrant(db, app.id, seller.id, [])
  const posts = (title: string): PostUpsert[] =>
    Array.from({ length: 50 }, (_, i) => ({
      token: `own${i}`,
      owner: seller.hostId,
      title,
      development: true,
    }))
  const upsert = (title: string) =>
    upsertPosts({ db, onDeliveriesDue() {}, mode: 'production' }, posts(title), {
      fieldOfRow: (_row, field) => field,
      traceparent: null,
    })
  await upsert('planned while all is empty')
  await crowd(fresh.pool, seller.id)
  await fresh.pool.query(
    `insert into subscriptions (id, app_id, user_id, event_type, post_id, endpoint_id, grant_id, token_id, expires_at)
     select gen_random_uuid(), $1, $2, 'POST_UPDATE', p.id, $3, $4, $4, now() + interval '1 hour' from posts p`,
    [app.id, seller.id, app.endpointId, grantId],
  )
  await fresh.pool.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id)
     select $1, p.id, 1, p.id, 'POST_UPDATE', p.id from posts p`,
    [app.endpointId],
  )
  const reads = await readsOf(fresh.pool, ['posts', 'subscriptions', 'delivery_queue'], () =>
    upsert('changed'),
  )
  const { rows } = await fresh.pool.query('select count(*) from delivery_queue where sequence > 1')
  expect(Number(rows[0].count)).toBe(50)
  for (const [table, { fetched, scanned }] of reads) {
    expect({ table, scanned }).toEqual({ table, scanned: 0 })
    expect(fetched).toBeGreaterThanOrEqual(50)
    expect(fetched).toBeLessThanOrEqual(20 * 50)
  }
})
