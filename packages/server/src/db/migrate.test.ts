import { expect, test } from 'vitest'
import { createTestDatabase } from '../../testing/test-database.ts'
import { migrate } from './migrate.ts'
import { checkServer } from './pool.ts'

test('a second run finds nothing to do', async () => {
  await using database = await createTestDatabase()
  await checkServer(database.pool)
  expect(await migrate(database.pool)).toEqual({ applied: [] })
  const { rows } = await database.pool.query(
    "select 1::int8 as n, current_setting('synchronous_commit') as s, current_setting('statement_timeout') as t, current_setting('timezone') as z",
  )
  expect(rows).toEqual([{ n: 1, s: 'on', t: '30s', z: 'UTC' }])
})
