import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { searchPosts } from './search-posts.ts'
import { DEVELOPMENT_CONVERSATION, seedDevelopment } from './seed-development.ts'

describe('the development marketplace', () => {
  let database: TestDatabase
  let db: Database

  beforeAll(async () => {
    database = await createTestDatabase()
    db = createDatabase(database.pool)
  })
  afterAll(() => database.drop())

  const people = () =>
    db.selectFrom('users').select(['host_id', 'developer', 'operator', 'locale']).orderBy('host_id').execute()

  test('has people in both languages, posts, and a conversation; also when two nodes make it at once', async () => {
    await Promise.all([seedDevelopment(db), seedDevelopment(db)])
    expect(await people()).toEqual([
      { host_id: 'emma', developer: false, operator: false, locale: 'en' },
      { host_id: 'kamran', developer: false, operator: false, locale: 'fa' },
      { host_id: 'negar', developer: false, operator: false, locale: 'fa' },
      { host_id: 'parisa', developer: false, operator: true, locale: 'fa' },
      { host_id: 'sara', developer: true, operator: false, locale: 'en' },
    ])
    const posts = await db.selectFrom('posts').select('token').orderBy('token').execute()
    expect(posts.map(({ token }) => token)).toEqual(['demo_bike', 'demo_car', 'demo_flat'])
    const conversations = await db.selectFrom('conversations').select(['id', 'post_token']).execute()
    const { id, postToken } = DEVELOPMENT_CONVERSATION
    expect(conversations).toEqual([{ id, post_token: postToken }])
  })

  test('§8 and §12 its posts are found by searches, and development apps act on them', async () => {
    const everything = { districts: [], brandModels: [], rooms: [], onlyWithParking: false, ranges: {} }
    const { posts } = await searchPosts(db, everything)
    expect(posts.map(({ token }) => token).toSorted()).toEqual(['demo_bike', 'demo_car', 'demo_flat'])
    const rows = await db.selectFrom('posts').select('for_development').execute()
    expect(rows.every((row) => row.for_development)).toBe(true)
  })

  test('making it again leaves what was changed since', async () => {
    await db
      .updateTable('users')
      .set({ locale: 'en', developer: true })
      .where('host_id', '=', 'kamran')
      .execute()
    await db.updateTable('posts').set({ title: 'mine' }).where('token', '=', 'demo_car').execute()
    await seedDevelopment(db)
    expect(await people()).toContainEqual({
      host_id: 'kamran',
      developer: true,
      operator: false,
      locale: 'en',
    })
    expect(await db.selectFrom('posts').select('title').where('title', '=', 'mine').execute()).toHaveLength(1)
  })
})
