import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient, refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

interface Usage {
  by: string
  limits: { per_day: { limit: number | null } }
  series: {
    from: string
    calls: { accepted: number; refused: number; limit: number | null }
    deliveries: { delivered: number; failed: number; dead: number }
  }[]
}

let node: TestServer
let call: ConsoleClient
let app: fixture.AppFixture

beforeAll(async () => {
  node = await startTestServer({
    config: { dispatcher: false, appRequestsPerMinute: 40, appRequestsPerDay: 100_000 },
  })
  const developer = await fixture.addUser(node.db, { developer: true })
  app = await fixture.addApp(node.db, developer.id)
  call = consoleClient(node.url, developer.cookie)
})
afterAll(() => node.close())

test('calls are in the series against the limit once their node has written them down', async () => {
  const other = await startTestServer({
    config: { dispatcher: false, appRequestsPerMinute: 40, appRequestsPerDay: 100_000 },
    database: node.database,
  })
  const asked = await Promise.all(
    Array.from({ length: 50 }, () =>
      fetch(`${other.url}/v1/open-platform/finder/post/none`, { headers: { 'x-api-key': app.key } }),
    ),
  )
  const refused = asked.filter(({ status }) => status === 429).length
  // A node writes down what it has counted before it ends.
  await other.close()
  const { body } = await call<Usage>('GET', `/apps/${app.slug}/usage`)
  expect(body.by).toBe('hour')
  expect(body.limits.per_day.limit).toBe(100_000)
  expect(body.series).toHaveLength(48)
  const counted = body.series.slice(-2).map(({ calls }) => calls)
  expect(counted[0]!.accepted + counted[1]!.accepted).toBe(50 - refused)
  expect(counted[0]!.refused + counted[1]!.refused).toBe(refused)
  expect(counted[1]!.limit).toBe(2400)
  const days = await call<Usage>('GET', `/apps/${app.slug}/usage?by=day`)
  expect(days.body.series).toHaveLength(30)
  expect(days.body.series.at(-1)!.calls.limit).toBe(57_600)
})

test('another span than those two is refused, and so is another developer', async () => {
  expect(wrongFields(await call('GET', `/apps/${app.slug}/usage?by=year`))).toHaveProperty('by')
  const stranger = await fixture.addUser(node.db, { developer: true })
  const answer = await consoleClient(node.url, stranger.cookie)('GET', `/apps/${app.slug}/usage`)
  expect(refusal(answer)).toEqual([404, 5, 'APP_UNKNOWN'])
})
