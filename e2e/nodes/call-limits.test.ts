import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Database } from '../../packages/server/src/db/database.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'
import { startNodeProcess } from './node-process.ts'

const TOLERANCE = 0.05
const IN_FLIGHT = 24

let database: TestDatabase
let db: Database
let developer: fixture.UserFixture
let post: { token: string }

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
  developer = await fixture.addUser(db, { developer: true })
  post = await fixture.addPost(db, developer.id)
})
afterAll(() => database.drop())

/** An app with limits of its own, whose minute has just begun. */
async function newApp(limits: { calls_per_minute: number; calls_per_day: number }) {
  for (;;) {
    const app = await fixture.addApp(db, developer.id)
    const { rows } = await database.pool.query<{ fits: boolean }>(
      `select quota_window_start('app_minute', $1, clock_timestamp()) > clock_timestamp() - interval '5 s' as fits`,
      [app.id],
    )
    if (!rows[0]?.fits) continue
    await db.updateTable('apps').set(limits).where('id', '=', app.id).execute()
    return app
  }
}

/** Null when the node is gone. */
async function call(url: string, key: string): Promise<number | null> {
  try {
    const answer = await fetch(`${url}/v1/open-platform/finder/post/${post.token}`, {
      headers: { 'x-api-key': key },
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return null
  }
}

interface Hammered {
  accepted: number
  refused: number
  others: number[]
}

/** Calls from many at once, each on a node of chance; some nodes get far more than others. */
async function hammer(
  urls: readonly string[],
  key: string,
  { calls, onAccepted }: { calls: number; onAccepted?: (accepted: number) => void },
): Promise<Hammered> {
  const result: Hammered = { accepted: 0, refused: 0, others: [] }
  let left = calls
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const url = urls[Math.floor(Math.random() ** 2 * urls.length)]!
      const status = await call(url, key)
      if (status === 200) {
        result.accepted++
        onAccepted?.(result.accepted)
      } else if (status === 429) result.refused++
      else if (status !== null) result.others.push(status)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  return result
}

describe('§12 limits: three nodes together', () => {
  let nodes: TestServer[]
  beforeAll(async () => {
    nodes = await Promise.all([1, 2, 3].map(() => startTestServer({ database })))
  })
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()))
  })
  const urls = () => nodes.map(({ url }) => url)

  test('let through what a minute’s limit says, within 5 % and never more', async () => {
    const limit = 400
    const app = await newApp({ calls_per_minute: limit, calls_per_day: 0 })
    const { accepted, refused, others } = await hammer(urls(), app.key, { calls: 700 })
    expect(others).toEqual([])
    expect(accepted).toBeLessThanOrEqual(limit)
    expect(accepted).toBeGreaterThanOrEqual(limit * (1 - TOLERANCE))
    expect(accepted + refused).toBe(700)
  }, 60_000)

  test('let through what a day’s quota says, within 5 % and never more, and warn once', async () => {
    const limit = 1500
    const app = await newApp({ calls_per_minute: 0, calls_per_day: limit })
    const { accepted, others } = await hammer(urls(), app.key, { calls: 2000 })
    expect(others).toEqual([])
    expect(accepted).toBeLessThanOrEqual(limit)
    expect(accepted).toBeGreaterThanOrEqual(limit * (1 - TOLERANCE))
    const alerts = await db.selectFrom('app_alerts').select('kind').where('app_id', '=', app.id).execute()
    expect(alerts.map(({ kind }) => kind).toSorted()).toEqual(['daily_quota_exceeded', 'daily_quota_warning'])
  }, 60_000)

  test('let a caller who stays within the limit through without one refusal', async () => {
    const app = await newApp({ calls_per_minute: 0, calls_per_day: 1000 })
    const { accepted } = await hammer(urls(), app.key, { calls: 940 })
    expect(accepted).toBe(940)
  }, 60_000)
})

describe('§12 limits: a node that is killed', () => {
  test('with slices in its hands costs less than 5 % of the limit', async () => {
    const limit = 2000
    const app = await newApp({ calls_per_minute: 0, calls_per_day: limit })
    const env = { CHARSU_DISPATCHER: 'off' }
    const [doomed, ...others] = await Promise.all([1, 2, 3].map(() => startNodeProcess(database.url, env)))
    try {
      const { accepted } = await hammer(
        [doomed!, ...others].map(({ url }) => url),
        app.key,
        {
          calls: 4000,
          onAccepted: (accepted) => accepted === limit / 2 && doomed!.signal('SIGKILL'),
        },
      )
      expect(accepted).toBeLessThanOrEqual(limit)
      expect(accepted).toBeGreaterThanOrEqual(limit * (1 - TOLERANCE))
    } finally {
      await Promise.all([doomed!, ...others].map((node) => node.kill()))
    }
  }, 120_000)
})
