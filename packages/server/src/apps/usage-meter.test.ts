import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { silentLog } from '../../testing/test-log.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { UsageMeter } from './usage-meter.ts'
import { pruneUsage, readUsage, type UsageRow } from './usage-store.ts'

let database: TestDatabase
let db: Database

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
})
afterAll(() => database.drop())

async function newApp(): Promise<fixture.AppFixture> {
  const { id } = await fixture.addUser(db, { developer: true })
  return await fixture.addApp(db, id, { eventsUrl: 'http://127.0.0.1:9/events' })
}

const meterOn = (query: unknown = database.pool.query.bind(database.pool)) =>
  new UsageMeter({ pool: { query } as TestDatabase['pool'], log: silentLog })

/** The two latest hours together: one may begin during a test. */
async function usedBy(appId: string): Promise<Omit<UsageRow, 'from'>> {
  const [before, now] = (await readUsage(db, { appId, by: 'hour' })).slice(-2) as [UsageRow, UsageRow]
  return {
    accepted: before.accepted + now.accepted,
    refused: before.refused + now.refused,
    delivered: before.delivered + now.delivered,
    failed: before.failed + now.failed,
    dead: before.dead + now.dead,
  }
}

const full = () => new ApiError('RESOURCE_EXHAUSTED', 'enough', { reason: 'MINUTE_LIMIT_EXCEEDED' })

test('calls that are let through and calls that a limit refuses are counted, and answered as before', async () => {
  const app = await newApp()
  const meter = meterOn()
  const answers = [
    () => 'at once',
    async () => 'later',
    () => {
      throw full()
    },
    () => Promise.reject(full()),
    () => {
      throw new ApiError('UNAVAILABLE', 'not now', { reason: 'OVERLOADED' })
    },
  ]
  const limits = meter.countingCalls<{ appId: string; turn: number }, string>({
    take: ({ turn }) => answers[turn]!(),
  })
  const told = await Promise.allSettled(answers.map(async (_, turn) => limits.take({ appId: app.id, turn })))
  expect(told.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
  ])
  // What is answered at once stays so: no call becomes slower by being counted.
  expect(limits.take({ appId: app.id, turn: 0 })).toBe('at once')
  await meter.flush()
  expect(await usedBy(app.id)).toEqual({ accepted: 3, refused: 2, delivered: 0, failed: 0, dead: 0 })
})

test('attempts are counted for the app whose endpoint it is, and the listener hears each', async () => {
  const app = await newApp()
  const meter = meterOn()
  const heard: string[] = []
  const onAttempt = meter.countingAttempts<{
    endpointId: string
    outcome: 'delivered' | 'retry' | 'postponed' | 'dead'
  }>(({ outcome }) => heard.push(outcome))
  const outcomes = ['delivered', 'retry', 'delivered', 'postponed', 'dead'] as const
  for (const outcome of outcomes) onAttempt({ endpointId: app.endpointId, outcome })
  onAttempt({ endpointId: randomUUID(), outcome: 'dead' })
  await meter.flush()
  expect(heard).toEqual([...outcomes, 'dead'])
  expect(await usedBy(app.id)).toEqual({ accepted: 0, refused: 0, delivered: 2, failed: 2, dead: 1 })
})

test('many nodes add up, whatever the order of their apps', async () => {
  const apps = [await newApp(), await newApp(), await newApp()]
  const meters = Array.from({ length: 6 }, () => meterOn())
  await Promise.all(
    meters.map(async (meter, i) => {
      const limits = meter.countingCalls<{ appId: string }, null>({ take: () => null })
      for (let round = 0; round < 20; round++) {
        for (const app of i % 2 ? apps : apps.toReversed()) await limits.take({ appId: app.id })
        await meter.flush()
      }
    }),
  )
  for (const app of apps) expect((await usedBy(app.id)).accepted).toBe(120)
})

test('what could not be written is kept, with what came meanwhile', async () => {
  const app = await newApp()
  let away = true
  const meter = meterOn(async (...given: Parameters<TestDatabase['pool']['query']>) => {
    if (away) throw new Error('the database is away')
    return await database.pool.query(...given)
  })
  const limits = meter.countingCalls<{ appId: string }, null>({ take: () => null })
  const onAttempt = meter.countingAttempts(() => {})
  await limits.take({ appId: app.id })
  onAttempt({ endpointId: app.endpointId, outcome: 'dead' })
  await meter.flush()
  await limits.take({ appId: app.id })
  away = false
  await meter.stop()
  expect(await usedBy(app.id)).toEqual({ accepted: 2, refused: 0, delivered: 0, failed: 0, dead: 1 })
})

test('every hour and every day is there, the oldest first; days are those of UTC', async () => {
  const app = await newApp()
  const hours = [1, 30, 24 * 5, 24 * 29 + 23, 24 * 40]
  await database.pool.query(
    `insert into app_usage (app_id, hour, calls_accepted)
     select $1, date_trunc('hour', now(), 'UTC') - h * interval '1 hour', h from unnest($2::integer[]) h`,
    [app.id, hours],
  )
  const byHour = await readUsage(db, { appId: app.id, by: 'hour' })
  expect(byHour).toHaveLength(48)
  expect(byHour.filter(({ accepted }) => accepted > 0).map(({ accepted }) => accepted)).toEqual([30, 1])
  for (const [i, { from }] of byHour.entries()) {
    expect(from.getTime() - byHour[0]!.from.getTime()).toBe(i * 3_600_000)
  }
  const byDay = await readUsage(db, { appId: app.id, by: 'day' })
  expect(byDay).toHaveLength(30)
  for (const { from } of byDay) expect(from.toISOString()).toMatch(/T00:00:00.000Z$/)
  const inAll = byDay.reduce((sum, { accepted }) => sum + accepted, 0)
  // The oldest of them may lie in the day before the thirty.
  expect([1 + 30 + 120, 1 + 30 + 120 + 719]).toContain(inAll)
})

test('what no chart shows any more goes', async () => {
  const app = await newApp()
  await database.pool.query(
    `insert into app_usage (app_id, hour) select $1, now() - d * interval '1 day' from unnest('{1,31,33,60}'::integer[]) d`,
    [app.id],
  )
  await pruneUsage(db, new AbortController().signal)
  const { rows } = await database.pool.query(
    'select extract(day from now() - hour)::integer as days from app_usage where app_id = $1 order by 1',
    [app.id],
  )
  expect(rows.map(({ days }) => days)).toEqual([1, 31])
})
