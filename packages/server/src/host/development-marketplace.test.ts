import { expect, test } from 'vitest'
import { createTestDatabase } from '../../testing/test-database.ts'
import { revokeApiKey } from '../apps/api-keys.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { DEVELOPMENT_USERS } from '../marketplace/seed-development.ts'
import { findUserByHostId } from '../marketplace/store.ts'
import { developmentBanner } from './development-banner.ts'
import { openDevelopmentMarketplace } from './development-marketplace.ts'

const countApps = async (db: Database): Promise<number> =>
  (await db.selectFrom('apps').select('id').execute()).length

test('the first start makes the demo app; every other start gives the same credentials', async () => {
  await using database = await createTestDatabase()
  const db = createDatabase(database.pool)
  const first = await openDevelopmentMarketplace(db)
  expect(first.app).toMatchObject({
    clientId: 'visit-planner',
    clientSecret: expect.stringMatching(/^cx_/),
    apiKey: expect.stringMatching(/^ck_/),
    webhookSecret: expect.stringMatching(/^whsec_/),
  })
  expect(await openDevelopmentMarketplace(db)).toEqual(first)
  expect(await countApps(db)).toBe(1)
})

test('nodes that start at once agree on one app', async () => {
  await using database = await createTestDatabase()
  const db = createDatabase(database.pool)
  const [a, b, c] = await Promise.all([1, 2, 3].map(() => openDevelopmentMarketplace(db)))
  expect(b).toEqual(a)
  expect(c).toEqual(a)
  expect(await countApps(db)).toBe(1)
})

test('a start that ended half-way is mended by the next', async () => {
  await using database = await createTestDatabase()
  const db = createDatabase(database.pool)
  await openDevelopmentMarketplace(db)
  await db.deleteFrom('instance_settings').where('key', '=', 'development_app:visit-planner').execute()
  const { app } = await openDevelopmentMarketplace(db)
  expect(Object.values(app ?? {})).not.toContain(null)
  expect(await countApps(db)).toBe(1)
})

test('a credential that its developer revoked is no longer told', async () => {
  await using database = await createTestDatabase()
  const db = createDatabase(database.pool)
  await openDevelopmentMarketplace(db)
  const developer = await findUserByHostId(db, DEVELOPMENT_USERS.developer.hostId)
  const { id } = await db.selectFrom('api_keys').select('id').executeTakeFirstOrThrow()
  await revokeApiKey(
    { db, credentials: { forget() {} } },
    { developerId: developer?.id ?? '', slug: 'visit-planner', keyId: id },
  )
  const { app } = await openDevelopmentMarketplace(db)
  expect(app).toMatchObject({ apiKey: null, clientSecret: expect.stringMatching(/^cx_/) })
  const banner = developmentBanner({ url: 'http://localhost:4400', hostKey: 'key', app })
  expect(banner).toContain("CHARSU_API_KEY='(changed in the console)'")
})

test('an app of somebody else under that name is left alone', async () => {
  await using database = await createTestDatabase()
  const db = createDatabase(database.pool)
  await openDevelopmentMarketplace(db)
  const buyer = await findUserByHostId(db, DEVELOPMENT_USERS.buyer.hostId)
  await db
    .updateTable('apps')
    .set({ owner_id: buyer?.id ?? '' })
    .execute()
  await db.deleteFrom('instance_settings').where('key', '=', 'development_app:visit-planner').execute()
  expect(await openDevelopmentMarketplace(db)).toEqual({ app: null })
  expect(developmentBanner({ url: 'http://localhost:4400', hostKey: 'key', app: null })).toContain('ready at')
})
