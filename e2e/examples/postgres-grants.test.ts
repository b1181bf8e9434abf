import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GRANTS_TABLE, PostgresGrants } from '../../examples/shipping/postgres-grants.ts'
import { describeGrantStore, grant } from '../../packages/sdk/testing/grant-store-contract.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
  await database.pool.query(GRANTS_TABLE)
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('truncate charsu_grants'))

describeGrantStore('in PostgreSQL', () => new PostgresGrants(database.pool))

describe('the table', () => {
  test('is made once by processes that start at once, and again harmlessly', async () => {
    await database.pool.query('drop table charsu_grants')
    await Promise.all(Array.from({ length: 8 }, () => database.pool.query(GRANTS_TABLE)))
    expect(await new PostgresGrants(database.pool).save(grant('a'))).toBe(true)
  })

  test('gives grants back in the order in which they were first saved, whatever happened since', async () => {
    const store = new PostgresGrants(database.pool)
    for (const id of ['c', 'a', 'b']) await store.save(grant(id))
    await store.save(grant('c', { version: 1 }))
    expect((await store.ofUser('u1')).map(({ id }) => id)).toEqual(['c', 'a', 'b'])
  })

  test('lets one of several processes make a grant', async () => {
    const stores = Array.from({ length: 5 }, () => new PostgresGrants(database.pool))
    const saved = await Promise.all(stores.map((store) => store.save(grant('a'))))
    expect(saved.filter(Boolean)).toHaveLength(1)
  })

  test('keeps texts as they are, and forgets what a later save leaves out', async () => {
    const store = new PostgresGrants(database.pool)
    const odd = grant(`'); drop table charsu_grants; --`, {
      scopes: ['a "b", {c}', 'd\\'],
      refreshToken: 'cr_a',
      side: 'buyer',
      expiresAt: 1_795_305_600_123,
    })
    await store.save(odd)
    expect(await store.get(odd.id)).toEqual({ ...odd, version: 1 })
    const { refreshToken: _refreshToken, side: _side, ...less } = odd
    await store.save({ ...less, version: 1 })
    expect(await store.get(odd.id)).toEqual({ ...less, version: 2 })
  })
})
