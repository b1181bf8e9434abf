import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from '../db/database.ts'
import { newId } from '../ids.ts'
import { pruneSessions } from './sessions.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('ended sessions and old login links go, living ones stay', async () => {
  const db = createDatabase(database.pool)
  const userId = newId()
  await db.insertInto('users').values({ id: userId, host_id: 'someone', phone: null }).execute()
  const at = (hours: number): Date => new Date(Date.now() + hours * 3_600_000)
  const session = (name: string, expires_at: Date) => ({
    hash: Buffer.from(name),
    user_id: userId,
    expires_at,
  })
  await db
    .insertInto('sessions')
    .values([session('ended', at(-1)), session('living', at(1))])
    .execute()
  const link = { user_id: userId, return_to: '/' }
  await db
    .insertInto('login_links')
    .values([
      { ...link, hash: Buffer.from('old'), expires_at: at(-48) },
      { ...link, hash: Buffer.from('new'), expires_at: at(1) },
    ])
    .execute()
  await pruneSessions(db, new AbortController().signal)
  const names = async (table: 'sessions' | 'login_links') =>
    (await db.selectFrom(table).select('hash').execute()).map(({ hash }) => String(hash))
  expect([await names('sessions'), await names('login_links')]).toEqual([['living'], ['new']])
})
