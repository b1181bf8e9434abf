import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { sequentialReads } from '../../testing/sequential-reads.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { pruneQuotas } from './prune-quotas.ts'
import type { QuotaKind } from './quota-policy.ts'
import { leaseQuotas, type QuotaAsk, returnQuotas } from './quota-store.ts'

let database: TestDatabase
let db: Database

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
})
afterAll(() => database.drop())

const ask = (subjectId: string, kind: QuotaKind, more: Partial<QuotaAsk> = {}): QuotaAsk => ({
  subjectId,
  kind,
  limit: 100,
  needed: 1,
  ahead: 0,
  shrink: 32,
  ...more,
})

const lease = async (...asks: QuotaAsk[]) => leaseQuotas(database.pool, asks)

describe('§12 limits: the database', () => {
  test('gives what is needed as far as it goes, and ahead of need a part of the rest', async () => {
    const amount = fc.integer({ min: 0, max: 2000 })
    const cases = fc.sample(fc.tuple(amount, amount, amount, amount, fc.integer({ min: 1, max: 64 })), 500)
    const column = (i: number) => cases.map((each) => each[i])
    const { rows } = await database.pool.query<{ given: number }>(
      `select quota_grant(l, u, n, a, s) as given
       from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) with ordinality
         as c (l, u, n, a, s, place) order by place`,
      [0, 1, 2, 3, 4].map(column),
    )
    const expected = cases.map(([limit, used, needed, ahead, shrink]) => {
      const left = Math.max(0, limit - used)
      const first = Math.min(needed, left)
      return first + Math.min(ahead, Math.floor((left - first) / shrink))
    })
    expect(rows.map(({ given }) => given)).toEqual(expected)
  })

  test('answers many asks in their order, each with its window', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()].toSorted().toReversed()
    const grants = await lease(
      ...ids.map((id, i) => ask(id, 'app_minute', { needed: i + 1 })),
      ask(ids[0]!, 'app_day', { needed: 7 }),
    )
    expect(grants.map(({ given, total }) => [given, total])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [7, 7],
    ])
    for (const [i, { beganAt, endsAt, leftMs }] of grants.entries()) {
      expect(endsAt.getTime() - beganAt.getTime()).toBe(i === 3 ? 86_400_000 : 60_000)
      expect(leftMs).toBeGreaterThan(0)
      expect(leftMs).toBeLessThanOrEqual(endsAt.getTime() - beganAt.getTime())
    }
    expect(grants[3]?.beganAt.toISOString()).toMatch(/T00:00:00.000Z$/)
  })

  test('begins a window anew when its time has come, and not once more when the clock was set back', async () => {
    const id = randomUUID()
    await lease(ask(id, 'app_day', { needed: 60 }))
    const shift = (days: number) =>
      database.pool.query(
        `update quota_windows set started_at = started_at + make_interval(days => $2) where subject_id = $1`,
        [id, days],
      )
    await shift(-1)
    expect(await lease(ask(id, 'app_day', { needed: 60 }))).toMatchObject([{ given: 60, total: 60 }])
    // As if the database's clock had been a day ahead.
    await shift(1)
    expect(await lease(ask(id, 'app_day', { needed: 60 }))).toMatchObject([{ given: 40, total: 100 }])
  })

  test('does not wait for a window that a clock gone wild began far ahead', async () => {
    const id = randomUUID()
    const [day, minute] = [ask(id, 'app_day', { needed: 100 }), ask(id, 'app_minute', { needed: 100 })]
    const now = await lease(day, minute)
    await database.pool.query(
      `update quota_windows set started_at = started_at + interval '400 days' where subject_id = $1`,
      [id],
    )
    const after = await lease(day, minute)
    expect(after.map(({ given }) => given)).toEqual([100, 100])
    for (const [i, { beganAt }] of after.entries()) {
      expect(beganAt.getTime() - now[i]!.beganAt.getTime()).toBeLessThanOrEqual(86_400_000)
    }
    expect(await lease(day)).toMatchObject([{ given: 0, total: 100 }])
  })

  test('spreads the beginnings of minutes over the minute', async () => {
    const { rows } = await database.pool.query(
      `select count(distinct extract(second from quota_window_start('app_minute', gen_random_uuid(), now()))) as seconds
       from generate_series(1, 2000)`,
    )
    expect(rows).toEqual([{ seconds: 60 }])
  })

  test('never gives more than the limit to many at once, in whatever order they name their windows', async () => {
    const ids = Array.from({ length: 5 }, () => randomUUID())
    const rounds = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        lease(
          ...(i % 2 ? ids : ids.toReversed()).flatMap((id) => [
            ask(id, 'app_day', { needed: 4, ahead: 3, shrink: 1 }),
            ask(id, 'user_minute', { needed: 1, limit: 1_000_000 }),
          ]),
        ),
      ),
    )
    const given = rounds.flat().reduce((sum, grant) => sum + grant.given, 0)
    expect(given).toBe(5 * 100 + 40 * 5)
  })

  test('takes back what is unused, of the same window alone', async () => {
    const id = randomUUID()
    const [grant] = await lease(ask(id, 'app_day', { needed: 10 }))
    const unused = { subjectId: id, kind: 'app_day' as const, beganAt: grant!.beganAt, unused: 4 }
    await returnQuotas(database.pool, [unused])
    expect(await lease(ask(id, 'app_day'))).toMatchObject([{ total: 7 }])
    await returnQuotas(database.pool, [
      { ...unused, beganAt: new Date(grant!.beganAt.getTime() - 86_400_000) },
    ])
    expect(await lease(ask(id, 'app_day'))).toMatchObject([{ total: 8 }])
  })

  test('forgets windows that are long over, found without reading all of them', async () => {
    await database.pool.query(
      `insert into quota_windows (subject_id, kind, started_at, used)
       select gen_random_uuid(), 'user_minute', now() - case when n <= 1500 then interval '26 hours' else interval '24 hours' end, 3
       from generate_series(1, 20000) n`,
    )
    await database.pool.query('analyze quota_windows')
    const prune = () => pruneQuotas(db, new AbortController().signal)
    expect(await sequentialReads(database.pool, prune)).toEqual({})
    const { rows } = await database.pool.query(
      `select count(*) filter (where started_at < now() - interval '25 hours') as old, count(*) > 18000 as others
       from quota_windows`,
    )
    expect(rows).toEqual([{ old: 0, others: true }])
  })
})

describe('§12 limits: the developer is told', () => {
  const alerts = async (appId: string) => {
    const rows = await db
      .selectFrom('app_alerts')
      .select(['kind', 'detail'])
      .where('app_id', '=', appId)
      .orderBy('id')
      .execute()
    return rows.map(({ kind, detail }) => [kind, (detail as { used: number }).used])
  }
  const newApp = async () => (await fixture.addApp(db, (await fixture.addUser(db)).id)).id

  test('at four fifths of a day’s calls and when all are made, once each however many nodes find out', async () => {
    const id = await newApp()
    await lease(ask(id, 'app_day', { needed: 79 }))
    expect(await alerts(id)).toEqual([])
    await Promise.all(Array.from({ length: 30 }, () => lease(ask(id, 'app_day'))))
    expect(await alerts(id)).toEqual([
      ['daily_quota_warning', 80],
      ['daily_quota_exceeded', 100],
    ])
    await returnQuotas(database.pool, [])
    await Promise.all(Array.from({ length: 5 }, () => lease(ask(id, 'app_day'))))
    expect(await alerts(id)).toHaveLength(2)
  })

  test('not again after slices came back', async () => {
    const id = await newApp()
    const [grant] = await lease(ask(id, 'app_day', { needed: 81 }))
    await returnQuotas(database.pool, [
      { subjectId: id, kind: 'app_day', beganAt: grant!.beganAt, unused: 20 },
    ])
    await lease(ask(id, 'app_day', { needed: 30 }))
    expect(await alerts(id)).toEqual([['daily_quota_warning', 81]])
  })

  test('when a minute was not long enough, once an hour', async () => {
    const id = await newApp()
    const tooMany = () => lease(ask(id, 'app_minute', { needed: 101 }))
    await Promise.all([tooMany(), tooMany(), tooMany()])
    await database.pool.query(
      `update quota_windows set started_at = started_at - interval '1 minute' where subject_id = $1`,
      [id],
    )
    await tooMany()
    expect((await alerts(id)).map(([kind]) => kind)).toEqual(['minute_limit_exceeded'])
    await database.pool.query(
      `update app_alerts set window_started_at = window_started_at - interval '1 hour' where app_id = $1`,
      [id],
    )
    await tooMany()
    expect(await alerts(id)).toHaveLength(2)
  })

  test('of nothing when the app is gone meanwhile', async () => {
    expect(await lease(ask(randomUUID(), 'app_day', { needed: 200 }))).toMatchObject([{ given: 100 }])
  })
})
