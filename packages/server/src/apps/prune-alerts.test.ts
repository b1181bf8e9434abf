import { afterAll, beforeAll, expect, test } from 'vitest'
import { addApp, addUser } from '../../testing/marketplace-fixture.ts'
import { sequentialReads } from '../../testing/sequential-reads.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from '../db/database.ts'
import { pruneAlerts } from './prune-alerts.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 })
})
afterAll(() => database.drop())

test('alerts are kept for 90 days, and found by their age without reading all of them', async () => {
  const db = createDatabase(database.pool)
  const user = await addUser(db)
  const app = await addApp(db, user.id)
  await database.pool.query(
    `insert into app_alerts (app_id, kind, detail, created_at)
     select $1, 'endpoint_failing', '{}', now() - case
       when n <= 1500 then interval '90 days 1 hour' else interval '89 days 23 hours' end
     from generate_series(1, 20000) n`,
    [app.id],
  )
  await database.pool.query('analyze app_alerts')
  const prune = () => pruneAlerts(db, new AbortController().signal)
  expect(await sequentialReads(database.pool, prune)).toEqual({})
  const { rows } = await database.pool.query('select count(*) as kept from app_alerts')
  expect(rows).toEqual([{ kept: 18_500 }])
})
