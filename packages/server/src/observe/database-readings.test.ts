import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { newestMigration } from '../db/migrate.ts'
import { type DatabaseReading, DatabaseReadings } from './database-readings.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase({ max: 1 })
})
afterEach(() => database.drop())

/** A clock that stands until it is moved, the warnings logged, and the number of statements sent. */
function bed(limitMs?: number) {
  const seen = { now: 0, warnings: [] as string[], statements: 0 }
  const query = (...asked: [never]) => {
    seen.statements++
    return database.pool.query(...asked)
  }
  const readings = new DatabaseReadings({
    pool: { query } as unknown as typeof database.pool,
    clock: { monotonic: () => seen.now },
    log: { warn: (_fields, message) => void seen.warnings.push(message) },
    ...(limitMs !== undefined && { limitMs }),
  })
  return { seen, readings }
}

const migrationOf = (reading: DatabaseReading): number | null => (reading.up ? reading.migration : null)

test('the database is asked once a second and once at a time, however many want to know', async () => {
  const { seen, readings } = bed()
  const first = await Promise.all(Array.from({ length: 20 }, () => readings.get()))
  expect(new Set(first).size).toBe(1)
  const asked = seen.statements
  seen.now = 999
  await readings.get()
  expect(seen.statements).toBe(asked)
  seen.now = 1_000
  await readings.get()
  expect(seen.statements).toBe(2 * asked)
})

test('the migration it is at is told, also of an empty database', async () => {
  expect(migrationOf(await bed().readings.get())).toBe(await newestMigration())
  await database.pool.query('drop table schema_migrations')
  expect(migrationOf(await bed().readings.get())).toBe(0)
})

test('a backlog that cannot be read does not make the database look away', async () => {
  await database.pool.query('alter table delivery_queue rename to elsewhere')
  const { seen, readings } = bed()
  expect(await readings.get()).toMatchObject({ up: true, backlog: null })
  expect(seen.warnings).toEqual(['the backlog of deliveries could not be read'])
})

test('a database that does not answer in time is away, and is not asked once more meanwhile', async () => {
  const { seen, readings } = bed(20)
  const client = await database.pool.connect()
  expect(await readings.get()).toEqual({ up: false })
  const asked = seen.statements
  expect(await readings.get()).toEqual({ up: false })
  expect(seen.statements).toBe(asked)
  client.release()
  await expect.poll(() => readings.get()).toMatchObject({ up: true })
})

test('a database that refuses is away, and that is logged, once for as long as it lasts', async () => {
  const { seen, readings } = bed()
  await database.drop()
  for (; seen.now < 5_000; seen.now += 1_000) expect(await readings.get()).toEqual({ up: false })
  expect(seen.warnings).toEqual(['the database could not be asked for metrics and readiness'])
})
