import { afterAll, beforeAll, expect, test } from 'vitest'
import { addApp, addUser } from '../../testing/marketplace-fixture.ts'
import { sequentialReads } from '../../testing/sequential-reads.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from '../db/database.ts'
import { pruneClicks } from './prune-clicks.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 })
})
afterAll(() => database.drop())

test('clicks are kept for 30 days, and found by their age without reading all of them', async () => {
  const db = createDatabase(database.pool)
  const user = await addUser(db)
  const app = await addApp(db, user.id)
  await database.pool.query(
    `insert into clicks (id, app_id, user_id, button, action, outcome, duration_ms, created_at)
     select gen_random_uuid(), $1, $2, 'primary', 'OPEN', 'done', 1,
       now() - case when n <= 1500 then interval '30 days 1 hour' else interval '29 days 23 hours' end
     from generate_series(1, 20000) n`,
    [app.id, user.id],
  )
  await database.pool.query('analyze clicks')
  const prune = () => pruneClicks(db, new AbortController().signal)
  expect(await sequentialReads(database.pool, prune)).toEqual({})
  const { rows } = await database.pool.query('select count(*) as kept from clicks')
  expect(rows).toEqual([{ kept: 18_500 }])
})
