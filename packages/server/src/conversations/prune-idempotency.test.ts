import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from '../db/database.ts'
import { newId } from '../ids.ts'
import { pruneIdempotencyKeys } from './prune-idempotency.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('idempotency keys go after 24 hours, in batches, and not before', async () => {
  const db = createDatabase(database.pool)
  await database.pool.query(
    `insert into idempotency_keys (owner_id, operation, key_hash, request_hash, message_id, created_at)
     select $1, 1, int8send(n), '', gen_random_uuid(),
       now() - case when n = 0 then interval '23 hours' else interval '25 hours' end
     from generate_series(0, 6000) as n`,
    [newId()],
  )
  await pruneIdempotencyKeys(db, new AbortController().signal)
  const { rows } = await database.pool.query('select count(*) as kept from idempotency_keys')
  expect(rows).toEqual([{ kept: 1 }])
})
