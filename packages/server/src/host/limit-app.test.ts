import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { consoleClient } from '../../testing/console-client.ts'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { AppLimitsView } from '../apps/app-limits.ts'

describe('§12 limits: an app’s own, set by the host', () => {
  let node: TestServer
  let other: TestServer
  let host: HostClient
  let developer: fixture.UserFixture
  let app: fixture.AppFixture
  let post: { token: string }

  beforeAll(async () => {
    const config = { appRequestsPerMinute: 600, appRequestsPerDay: 50_000 }
    node = await startTestServer({ config })
    other = await startTestServer({ config, database: node.database })
    host = hostClient(node)
    developer = await fixture.addUser(node.db, { developer: true })
    post = await fixture.addPost(node.db, developer.id)
  })
  beforeEach(async () => {
    app = await fixture.addApp(node.db, developer.id)
  })
  afterAll(async () => {
    await other.close()
    await node.close()
  })

  const limit = (body: unknown, slug = app.slug) => host('PUT', `/apps/${slug}/limits`, body)
  const limitsOf = ({ body }: { body: unknown }) => (body as { limits: AppLimitsView }).limits
  const call = (at: TestServer) =>
    fetch(`${at.url}/v1/open-platform/finder/post/${post.token}`, { headers: { 'x-api-key': app.key } })
  const seenByDeveloper = async () =>
    (await consoleClient(node.url, developer.cookie)<AppLimitsView>('GET', `/apps/${app.slug}/limits`)).body

  test('are the usual ones at first, and shown to the host and the developer with what is used of them', async () => {
    for (let i = 0; i < 5; i++) expect((await call(node)).status).toBe(200)
    const seen = await seenByDeveloper()
    expect(seen).toEqual({
      per_minute: { limit: 600, is_default: true, used: expect.any(Number), resets_at: expect.any(String) },
      per_day: { limit: 50_000, is_default: true, used: expect.any(Number), resets_at: expect.any(String) },
    })
    // Slices are taken ahead of use.
    expect(seen.per_day.used).toBeGreaterThanOrEqual(5)
    expect(seen.per_day.used).toBeLessThanOrEqual(5 + 50_000 / 100)
    expect(seen.per_day.resets_at).toMatch(/T00:00:00\.000Z$/)
    expect(Date.parse(seen.per_minute.resets_at)).toBeGreaterThan(Date.now() - 1000)
    const { body } = await host('GET', '/apps')
    const listed = (body as { apps: { slug: string; limits: AppLimitsView }[] }).apps
    expect(listed.find(({ slug }) => slug === app.slug)?.limits.per_day).toEqual(seen.per_day)
  })

  test('are in force on every node within a second, and `null` or nothing means the usual one again', async () => {
    expect((await call(other)).headers.get('ratelimit-policy')).toBe('600;w=60, 50000;w=86400')
    const answer = await limit({ per_minute: 7, per_day: 0 })
    expect(answer.status).toBe(200)
    expect(limitsOf(answer)).toMatchObject({
      per_minute: { limit: 7, is_default: false },
      per_day: { limit: null, is_default: false, used: null },
    })
    expect((await call(node)).headers.get('ratelimit-policy')).toBe('7;w=60')
    await waitFor(async () => (await call(other)).headers.get('ratelimit-policy') === '7;w=60')
    expect(limitsOf(await limit({ per_minute: null, per_day: 9 }))).toMatchObject({
      per_minute: { limit: 600, is_default: true },
      per_day: { limit: 9, is_default: false },
    })
    expect(limitsOf(await limit({}))).toMatchObject({
      per_minute: { limit: 600, is_default: true },
      per_day: { limit: 50_000, is_default: true },
    })
  })

  test('of 0 let everything through, uncounted', async () => {
    await limit({ per_minute: 0, per_day: 0 })
    const answers = await Promise.all(Array.from({ length: 30 }, () => call(node)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(answers[0]?.headers.get('ratelimit-limit')).toBeNull()
    expect(await seenByDeveloper()).toMatchObject({ per_minute: { used: null }, per_day: { used: null } })
  })

  test('that are lowered below what is used refuse at once, and that are raised let through at once', async () => {
    for (let i = 0; i < 4; i++) await call(node)
    await limit({ per_day: 2 })
    await waitFor(async () => (await call(node)).status === 429)
    await limit({ per_day: 1000 })
    expect((await call(node)).status).toBe(200)
  })

  test.each([
    ['a negative limit', { per_minute: -1 }, { per_minute: expect.stringContaining('0') }],
    ['a fraction', { per_day: 1.5 }, { per_day: expect.stringContaining('integer') }],
    ['more than is kept', { per_day: 1_000_000_001 }, { per_day: expect.stringContaining('1000000000') }],
    ['a text', { per_minute: '600' }, { per_minute: expect.stringContaining('integer') }],
    ['a misspelt limit', { perminute: 5 }, { perminute: expect.any(String) }],
  ])('%s is 400 and changes nothing', async (_name, body, fields) => {
    await limit({ per_day: 11 })
    expect(await limit(body)).toMatchObject(badFields(fields))
    expect((await seenByDeveloper()).per_day.limit).toBe(11)
  })

  test('of an unknown app are 404, of another developer’s 404 in the console', async () => {
    expect(await limit({}, 'no-such-app')).toMatchObject({ status: 404, body: { code: 5 } })
    const stranger = await fixture.addUser(node.db, { developer: true })
    const answer = await consoleClient(node.url, stranger.cookie)('GET', `/apps/${app.slug}/limits`)
    expect(answer.status).toBe(404)
  })
})
