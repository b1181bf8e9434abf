import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { readSamples, sampleOf } from '../../testing/metric-values.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import type { ErrorBody } from '../errors.ts'

const PER_MINUTE = 20
const PER_DAY = 50

let node: TestServer
let developer: fixture.UserFixture
let post: { id: string; token: string }

beforeAll(async () => {
  node = await startTestServer({ config: { appRequestsPerMinute: PER_MINUTE, appRequestsPerDay: PER_DAY } })
  developer = await fixture.addUser(node.db, { developer: true })
  post = await fixture.addPost(node.db, developer.id)
})
afterAll(() => node.close())

interface Answer {
  status: number
  headers: Headers
  body: ErrorBody
}

async function call(headers: Record<string, string>, path?: string): Promise<Answer> {
  const answer = await fetch(`${node.url}${path ?? `/v1/open-platform/finder/post/${post.token}`}`, {
    headers,
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as ErrorBody }
}

/** An app whose minute has time enough left for a test. */
async function newApp(permissions?: string[]): Promise<fixture.AppFixture> {
  for (;;) {
    const app = await fixture.addApp(node.db, developer.id, { ...(permissions && { permissions }) })
    const { rows } = await node.database.pool.query<{ fits: boolean }>(
      `select quota_window_start('app_minute', $1, clock_timestamp()) > clock_timestamp() - interval '20 s' as fits`,
      [app.id],
    )
    if (rows[0]?.fits) return app
  }
}

/** As if other nodes had taken so much of a window. */
async function use(appId: string, kind: 'app_minute' | 'app_day', used: number): Promise<void> {
  await node.database.pool.query(
    `insert into quota_windows (subject_id, kind, started_at, used)
     values ($1, $2, quota_window_start($2, $1, clock_timestamp()), $3)
     on conflict (subject_id, kind) do update set used = excluded.used`,
    [appId, kind, used],
  )
}

const number = (answer: Answer, header: string): number => Number(answer.headers.get(header))
const infoOf = ({ body }: Answer) => body.details.find((detail) => detail['@type'].endsWith('ErrorInfo'))

describe('§12 limits: an app’s calls', () => {
  test('carry on every answer how the app stands in the window of which least is left', async () => {
    const app = await newApp()
    for (let made = 1; made <= 3; made++) {
      const answer = await call({ 'x-api-key': app.key })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('ratelimit-limit')).toBe(String(PER_MINUTE))
      expect(number(answer, 'ratelimit-remaining')).toBe(PER_MINUTE - made)
      expect(number(answer, 'ratelimit-reset')).toBeGreaterThan(0)
      expect(number(answer, 'ratelimit-reset')).toBeLessThanOrEqual(60)
      expect(answer.headers.get('ratelimit-policy')).toBe(`${PER_MINUTE};w=60, ${PER_DAY};w=86400`)
      expect(answer.headers.get('retry-after')).toBeNull()
    }
    await use(app.id, 'app_day', PER_DAY - 5)
    const other = await call({ 'x-api-key': app.key })
    expect(other.headers.get('ratelimit-limit')).toBe(String(PER_DAY))
    expect(number(other, 'ratelimit-remaining')).toBe(4)
  })

  test('beyond the minute’s are 429 code 8, which says the limit, its size and when it resets', async () => {
    const app = await newApp()
    await use(app.id, 'app_minute', PER_MINUTE - 1)
    expect((await call({ 'x-api-key': app.key })).status).toBe(200)
    const refused = await call({ 'x-api-key': app.key })
    expect([refused.status, refused.body.code]).toEqual([429, 8])
    expect(refused.body.message).toMatch(
      /made the 20 calls that it may make in a minute: wait \d+ s, until 20/,
    )
    expect(infoOf(refused)).toEqual({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'MINUTE_LIMIT_EXCEEDED',
      domain: 'charsu',
      metadata: { window: 'minute', limit: '20', resets_at: expect.stringMatching(/^20.*Z$/) },
    })
    const seconds = number(refused, 'retry-after')
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(number(refused, 'ratelimit-reset')).toBe(seconds)
    expect(number(refused, 'ratelimit-remaining')).toBe(0)
    expect(refused.headers.get('ratelimit-limit')).toBe('20')
    const { resets_at } = infoOf(refused)!.metadata as { resets_at: string }
    expect(Math.abs(Date.parse(resets_at) - Date.now() - seconds * 1000)).toBeLessThan(3000)
  })

  test('beyond the day’s are 429 until the day of UTC ends', async () => {
    const app = await newApp()
    await use(app.id, 'app_day', PER_DAY - 2)
    for (let i = 0; i < 2; i++) expect((await call({ 'x-api-key': app.key })).status).toBe(200)
    const refused = await call({ 'x-api-key': app.key })
    expect([refused.status, refused.body.code]).toEqual([429, 8])
    expect(infoOf(refused)).toMatchObject({
      reason: 'DAILY_QUOTA_EXCEEDED',
      metadata: { window: 'day', limit: '50', resets_at: expect.stringMatching(/T00:00:00\.000Z$/) },
    })
    expect(number(refused, 'retry-after')).toBeLessThanOrEqual(86_400)
  })

  test('count whatever the answer: 403, 404, 400 and a user token that is missing', async () => {
    const app = await newApp(['GET_POST', 'CHAT_SEND_MESSAGE_OAUTH'])
    const key = { 'x-api-key': app.key }
    const answers = [
      await call(key, '/v1/open-platform/finder/post/none'),
      await call(key, '/v1/open-platform/users'),
      await call({ ...key, authorization: 'Bearer nonsense' }, '/v1/open-platform/users'),
      await call(key),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 403, 403, 200])
    expect(answers.map((answer) => number(answer, 'ratelimit-remaining'))).toEqual([19, 18, 17, 16])
  })

  test('are limited before the permission is looked at, and after the key: an unknown one counts for nobody', async () => {
    const app = await newApp([])
    await use(app.id, 'app_minute', PER_MINUTE - 1)
    expect((await call({ 'x-api-key': 'ck_unknown' })).status).toBe(401)
    expect((await call({ 'x-api-key': app.key })).status).toBe(403)
    const statuses = [await call({ 'x-api-key': app.key }), await call({ 'x-api-key': 'ck_unknown' })]
    expect(statuses.map(({ status }) => status)).toEqual([429, 401])
    expect(statuses[1]?.headers.get('ratelimit-limit')).toBeNull()
  })

  test('of one app leave another’s alone, whatever its keys', async () => {
    const [one, other] = [await newApp(), await newApp()]
    await use(one.id, 'app_minute', PER_MINUTE)
    expect((await call({ 'x-api-key': one.key })).status).toBe(429)
    expect((await call({ 'x-api-key': other.key })).status).toBe(200)
  })

  test('that are refused or wait for the database are counted in the metrics', async () => {
    const value = async (name: string, labels?: Record<string, string>) =>
      sampleOf(readSamples(await (await fetch(`${node.url}/metrics`)).text()), name, labels) ?? 0
    const refused = () => value('charsu_requests_limited_total', { window: 'app_day' })
    const [refusedBefore, waitsBefore] = [await refused(), await value('charsu_quota_waits_total')]
    const app = await newApp()
    await use(app.id, 'app_day', PER_DAY)
    for (let i = 0; i < 3; i++) expect((await call({ 'x-api-key': app.key })).status).toBe(429)
    expect((await refused()) - refusedBefore).toBe(3)
    expect((await value('charsu_quota_waits_total')) - waitsBefore).toBeGreaterThan(0)
  })

  test('without a key carry no such headers', async () => {
    const answer = await call({}, '/v1/open-platform/assets/permission')
    expect([answer.status, answer.headers.get('ratelimit-limit')]).toEqual([200, null])
  })
})
