import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { erasePostsOf } from './erase-posts.ts'

describe('a deleted person’s posts', () => {
  let database: TestDatabase
  let db: Database

  beforeAll(async () => {
    database = await createTestDatabase()
    db = createDatabase(database.pool)
  })
  afterAll(() => database.drop())

  test('are locked in the order of their tokens, as bulk calls lock them, so that neither waits for the other in a circle', async () => {
    const { id } = await fixture.addUser(db)
    const [later, sooner] = [await fixture.addPost(db, id), await fixture.addPost(db, id)]
    for (const [post, token] of [
      [later, 'post_b'],
      [sooner, 'post_a'],
    ] as const) {
      await db.updateTable('posts').set({ token }).where('id', '=', post.id).execute()
    }
    const bulk = await database.pool.connect()
    const lock = (token: string) =>
      bulk.query('select from posts where token = $1 for no key update nowait', [token])
    let erasing: Promise<void> | undefined
    try {
      await bulk.query('begin')
      await lock('post_a')
      erasing = erasePostsOf({ db, signal: new AbortController().signal }, id)
      await waitFor(async () => {
        const { rows } = await database.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return rows.length > 0
      })
      await lock('post_b')
      await bulk.query('commit')
    } finally {
      bulk.release(true)
      await erasing
    }
    const states = await db.selectFrom('posts').select('state').where('owner_id', '=', id).execute()
    expect(states).toEqual([{ state: 'ARCHIVED' }, { state: 'ARCHIVED' }])
  })
})
