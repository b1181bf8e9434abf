import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addApp, addUser } from '../../testing/marketplace-fixture.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'
import { openDevelopmentMarketplace } from '../host/development-marketplace.ts'
import type { DevelopmentAppAnswer, Surroundings } from './answers.ts'

let node: TestServer

beforeAll(async () => {
  node = await startTestServer()
  await openDevelopmentMarketplace(node.db)
})
afterAll(() => node.close())

const call = async <T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const answer = await fetch(node.url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as T }
}
const put = (slug: string, body: unknown) => call<DevelopmentAppAnswer>('PUT', `/dev/v1/apps/${slug}`, body)

test('tells what runs here', async () => {
  const { status, body } = await call<Surroundings>('GET', '/dev/v1')
  expect(status).toBe(200)
  expect(body).toMatchObject({ name: 'charsu', url: expect.any(String), host_key: TEST_HOST_KEY })
  expect(body.people.map(({ host_id }) => host_id).toSorted()).toEqual([
    'emma',
    'kamran',
    'negar',
    'parisa',
    'sara',
  ])
  const marked = body.people.filter(({ developer, operator }) => developer || operator)
  expect(marked.map(({ host_id, developer, operator }) => ({ host_id, developer, operator }))).toEqual(
    expect.arrayContaining([
      { host_id: 'sara', developer: true, operator: false },
      { host_id: 'parisa', developer: false, operator: true },
    ]),
  )
  expect(body.posts.map(({ token, owner }) => [token, owner])).toContainEqual(['demo_flat', 'kamran'])
  expect(body.conversations).toEqual([
    { id: expect.any(String), post_token: 'demo_flat', seller: 'kamran', buyer: 'negar' },
  ])
  expect(body.apps).toContain('visit-planner')
})

describe('an app of this machine', () => {
  test('is made with every URL below one address, and keeps its credentials', async () => {
    const first = await put('first', { url: 'http://localhost:3000/' })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({
      client_id: 'first',
      client_secret: expect.stringMatching(/^cx_/),
      api_key: expect.stringMatching(/^ck_/),
      webhook_secret: expect.stringMatching(/^whsec_/),
      identification_key: expect.stringMatching(/^\S{32}$/),
      url: 'http://localhost:3000',
      events_url: 'http://localhost:3000/charsu/events',
      session_initialization_url: 'http://localhost:3000/charsu/sessions',
      dynamic_action_url: 'http://localhost:3000/charsu/actions',
      redirect_uris: ['http://localhost:3000/charsu/callback'],
      session_version: 2,
      host_header: null,
      chat_url: '/chat/addon_first',
      created: true,
    })
    const again = await put('first', {})
    expect(again.body).toEqual({ ...first.body, created: false })
    const moved = await put('first', {
      url: 'http://127.0.0.1:8000',
      events_url: 'http://127.0.0.1:8000/webhook',
      session_version: 1,
      host_header: 'app.example:8080',
    })
    expect(moved.body).toMatchObject({
      api_key: first.body.api_key,
      events_url: 'http://127.0.0.1:8000/webhook',
      session_initialization_url: 'http://127.0.0.1:8000/charsu/sessions',
      session_version: 1,
      host_header: 'app.example:8080',
    })
  })

  test('has a key that opens every operation served', async () => {
    const { body } = await put('keyed', {})
    const answer = await fetch(`${node.url}/v1/open-platform/finder/post/demo_flat`, {
      headers: { 'x-api-key': body.api_key },
    })
    expect(answer.status).toBe(200)
  })

  test('gets anew what was revoked, beside what its developer made', async () => {
    const { body: before } = await put('mended', {})
    await node.database.pool.query(
      `update api_keys set revoked_at = now() where app_id = (select id from apps where slug = 'mended')`,
    )
    const { body: after } = await put('mended', {})
    expect(after.api_key).not.toBe(before.api_key)
    expect(after.client_secret).toBe(before.client_secret)
    expect((await put('mended', {})).body).toEqual(after)
  })

  test('is one, however many ask for it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => put('raced', {})))
    expect(new Set(answers.map(({ body }) => body.api_key)).size).toBe(1)
    expect(answers.filter(({ body }) => body.created)).toHaveLength(1)
  })

  test('that is disabled is enabled', async () => {
    await put('woken', { url: 'http://localhost:3000' })
    const of = `where app_id = (select id from apps where slug = 'woken')`
    await node.database.pool.query(
      `update endpoints set state = 'disabled', disabled_reason = 'gone', disabled_at = now() ${of}`,
    )
    await put('woken', {})
    const { rows } = await node.database.pool.query(`select state from endpoints ${of}`)
    expect(rows).toEqual([{ state: 'enabled' }])
  })

  test('of somebody else is refused, and stays as it is', async () => {
    const other = await addUser(node.db, { developer: true })
    const { slug } = await addApp(node.db, other.id)
    const { status, body } = await put(slug, { display_name: 'Mine now' })
    expect([status, body]).toEqual([409, expect.objectContaining({ code: 6 })])
    const { rows } = await node.database.pool.query('select display_name from apps where slug = $1', [slug])
    expect(rows).toEqual([{ display_name: `App ${slug}` }])
  })

  test.each([
    ['Bad_Slug', {}, 'slug'],
    ['app', { url: 'localhost:3000' }, 'url'],
    ['app', { url: 'http://localhost:3000/?a=1' }, 'url'],
    ['app', { url: 17 }, 'url'],
    ['app', { events_url: 'ftp://x' }, 'events_url'],
    ['app', { session_version: 3 }, 'session_version'],
    ['app', { redirect_uris: ['javascript:alert(1)'] }, 'redirect_uris[0]'],
    ['app', { host_header: 'a\r\nX-Evil: 1' }, 'host_header'],
    ['app', { display_name: ' ' }, 'display_name'],
  ])('is refused as %s %j, naming %s', async (slug, body, field) => {
    const answer = await call<{ message: string }>('PUT', `/dev/v1/apps/${slug}`, body)
    expect(answer.status).toBe(400)
    expect(answer.body.message).toContain(field)
    const { rows } = await node.database.pool.query(`select from apps where slug = 'app'`)
    expect(rows).toEqual([])
  })
})

test('a restart of the server keeps the credentials', async () => {
  const { body } = await put('kept', {})
  await using second = await startTestServer({ database: node.database })
  const answer = await fetch(`${second.url}/dev/v1/apps/kept`, { method: 'PUT' })
  expect(await answer.json()).toMatchObject({ api_key: body.api_key, created: false })
})

describe('keeps out', () => {
  test.each([
    ['a page of another site', { origin: 'https://evil.example' }, 'CROSS_ORIGIN'],
    ['a page of another port', { origin: 'http://localhost:1' }, 'CROSS_ORIGIN'],
    ['a page that hides its origin', { origin: 'null' }, 'CROSS_ORIGIN'],
    ['what a foreign page loads', { 'sec-fetch-site': 'cross-site' }, 'CROSS_ORIGIN'],
  ])('%s', async (_, headers, reason) => {
    for (const [method, path] of [
      ['GET', '/dev/v1'],
      ['PUT', '/dev/v1/apps/foreign'],
    ] as const) {
      const { status, body } = await call(method, path, method === 'PUT' ? {} : undefined, headers)
      expect([status, JSON.stringify(body)]).toEqual([403, expect.stringContaining(reason)])
    }
  })
})

test('in production none of it is there', async () => {
  await using database = await createTestDatabase()
  await using production = await startTestServer({
    database,
    config: { mode: 'production', publicUrl: 'https://charsu.example', hostKey: TEST_HOST_KEY },
  })
  for (const [method, path] of [
    ['GET', '/dev/v1'],
    ['PUT', '/dev/v1/apps/app'],
  ] as const) {
    const answer = await fetch(production.url + path, { method })
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 5 })])
  }
})
