import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'
import { createLoginLink } from '../access/sessions.ts'
import { hashSecret } from '../ids.ts'

let server: TestServer
let user: UserFixture

beforeAll(async () => {
  server = await startTestServer()
  user = await addUser(server.db)
})
afterAll(() => server.close())

const makeLink = async (returnTo = '/chat?x=1', at = server): Promise<string> => {
  const made = await at.db.transaction().execute((tx) => createLoginLink(tx, { userId: user.id, returnTo }))
  return made.secret
}

const open = (secret: string, at = server): Promise<Response> =>
  fetch(`${at.url}/login/${secret}`, { redirect: 'manual' })

const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? ''

const logout = (cookie: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/logout`, { method: 'POST', headers: { cookie, ...headers } })

describe('a login link', () => {
  test('makes a session and leads to its path', async () => {
    const response = await open(await makeLink())
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/chat?x=1')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('set-cookie')).toMatch(
      /^charsu_session=cs_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
    )
    expect((await logout(cookieOf(response))).status).toBe(200)
  })

  test('works once, also when it is opened twice at the same time', async () => {
    const secret = await makeLink()
    const both = await Promise.all([open(secret), open(secret), open(secret)])
    expect(both.map(({ status }) => status).sort()).toEqual([302, 410, 410])
    const again = await open(secret)
    expect(again.status).toBe(410)
    expect(again.headers.get('set-cookie')).toBeNull()
    expect(await again.text()).toContain('a link works once')
  })

  test('is not used up by a browser that fetches ahead of the person', async () => {
    const secret = await makeLink()
    const ahead = (headers: Record<string, string>) =>
      fetch(`${server.url}/login/${secret}`, { redirect: 'manual', headers })
    for (const [name, value] of [
      ['sec-purpose', 'prefetch;prerender'],
      ['purpose', 'prefetch'],
    ] as const) {
      const answer = await ahead({ [name]: value })
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([503, null])
    }
    expect((await open(secret)).status).toBe(302)
  })

  test('lives five minutes', async () => {
    const shift = (secret: string, seconds: number) =>
      server.database.pool.query(
        `update login_links set expires_at = expires_at - make_interval(secs => $2) where hash = $1`,
        [hashSecret(secret), seconds],
      )
    const [early, late] = [await makeLink(), await makeLink()]
    await shift(early, 240)
    expect((await open(early)).status).toBe(302)
    await shift(late, 300)
    const response = await open(late)
    expect(response.status).toBe(410)
    expect(await response.text()).toContain('older than five minutes')
  })

  test.each(['cl_unknown', 'x', '%00', '%F0%9F%92%A9', 'x'.repeat(2000)])('%.20s is none', async (secret) => {
    const response = await open(secret)
    expect([400, 404]).toContain(response.status)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  test.each([
    '//evil.example',
    'https:evil.example',
    '/\\evil.example',
    'https://evil.example',
    '',
    'chat',
    '/\u0000',
  ])('cannot be made to lead to %j', async (returnTo) => {
    await expect(makeLink(returnTo)).rejects.toMatchObject({
      codeName: 'INVALID_ARGUMENT',
      violations: [{ field: 'return_to', description: expect.any(String) }],
    })
  })

  test('its cookie is for https alone where the site is', async () => {
    await using production = await startTestServer({
      database: server.database,
      config: { mode: 'production', hostKey: TEST_HOST_KEY, publicUrl: 'https://charsu.example' },
    })
    const response = await open(await makeLink('/', production), production)
    expect(response.headers.get('set-cookie')).toMatch(/; Secure$/)
  })
})

describe('logging out', () => {
  test('ends this session at once, and no other', async () => {
    const [here, there] = [cookieOf(await open(await makeLink())), cookieOf(await open(await makeLink()))]
    const response = await logout(here)
    expect(response.status).toBe(200)
    expect(response.headers.get('set-cookie')).toMatch(/^charsu_session=; .*Max-Age=0/)
    expect((await logout(here)).status).toBe(401)
    expect((await logout(there)).status).toBe(200)
  })

  test('another site’s page cannot do it', async () => {
    const cookie = cookieOf(await open(await makeLink()))
    expect((await logout(cookie, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await logout(cookie, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await logout(cookie)).status).toBe(200)
  })

  test('needs a session', async () => {
    expect((await fetch(`${server.url}/logout`, { method: 'POST' })).status).toBe(401)
  })
})
