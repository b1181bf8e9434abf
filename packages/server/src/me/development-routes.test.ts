import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addPost, addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'

let node: TestServer
let seller: UserFixture

beforeAll(async () => {
  node = await startTestServer()
  seller = await addUser(node.db, { name: '<b>Kamran</b>' })
  await addPost(node.db, seller.id, { title: 'A flat & more' })
})
afterAll(() => node.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(node.url + path, { redirect: 'manual', headers })

const choose = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${node.url}/dev/login`, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams(form),
  })

describe('the pages of the development mode', () => {
  test('list people with what they sell, escaped, without any script', async () => {
    const page = await get('/dev/login?return_to=/oauth2/auth%3Fa=1')
    const text = await page.text()
    expect(page.status).toBe(200)
    expect(text).toContain('&lt;b&gt;Kamran&lt;/b&gt;')
    expect(text).toContain('A flat &amp; more')
    expect(text).toContain('value="/oauth2/auth?a=1"')
    expect(text).not.toContain('<script')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('speak Persian to a Persian browser', async () => {
    const page = await get('/dev/login', { 'accept-language': 'fa-IR,fa;q=0.9,en;q=0.5' })
    expect(await page.text()).toContain('dir="rtl"')
  })

  test('begin a session for whomever was picked, and lead on', async () => {
    const answer = await choose({ user: seller.hostId, return_to: '/chat?tab=all' })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/chat?tab=all'])
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^charsu_session=cs_.*HttpOnly; SameSite=Lax/)
    const me = await get('/me/v1', { cookie: cookie.split(';')[0] ?? '' })
    expect(await me.json()).toMatchObject({ name: '<b>Kamran</b>' })
  })

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'chat'])(
    'never lead to another origin: %s',
    async (return_to) => {
      const answer = await choose({ user: seller.hostId, return_to })
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/'])
      const page = await get(`/dev/login?return_to=${encodeURIComponent(return_to)}`)
      expect(await page.text()).toContain('name="return_to" value="/"')
    },
  )

  test('another site cannot log its visitor in', async () => {
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign) {
      const answer = await choose({ user: seller.hostId }, headers)
      expect(answer.status).toBe(403)
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
  })

  test('a name that nobody has is refused', async () => {
    const answer = await choose({ user: 'nobody-at-all' })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('set-cookie')).toBeNull()
  })
})

test('in production nobody picks whom to be', async () => {
  await using database = await createTestDatabase()
  await using production = await startTestServer({
    database,
    config: { mode: 'production', publicUrl: 'https://charsu.example', hostKey: TEST_HOST_KEY },
  })
  expect((await fetch(`${production.url}/dev/login`)).status).toBe(404)
  const answer = await fetch(`${production.url}/dev/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'x' }),
  })
  expect(answer.status).toBe(404)
})
