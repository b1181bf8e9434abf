import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { writePageTemplates } from '../marketplace/page-templates.ts'

const PAGES = [
  '/chat',
  '/chat/0190a5f0-0000-7000-8000-000000000001',
  '/notices',
  '/connected-apps',
  '/blocked',
  '/console',
  '/console/apps/some-app/deliveries?state=dead',
  '/operator',
  '/operator/apps',
]

let node: TestServer
let person: fixture.UserFixture

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
})
beforeEach(async () => {
  person = await fixture.addUser(node.db, { name: 'Negar' })
  await writePageTemplates(node.db, {})
})
afterAll(() => node.close())

const open = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(node.url + path, { headers, redirect: 'manual' })

const startDataIn = (page: string): unknown =>
  JSON.parse(/<script type="application\/json" id="charsu-start">([^<]*)<\/script>/.exec(page)?.[1] ?? 'null')

async function speaks(locale: string): Promise<Record<string, string>> {
  await node.db.updateTable('users').set({ locale }).where('id', '=', person.id).execute()
  return { cookie: person.cookie }
}

describe('every page is one document', () => {
  test.each(PAGES)('%s for whoever is logged in', async (path) => {
    const answer = await open(path, await speaks('en'))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const page = await answer.text()
    expect(page).toContain('<html lang="en" dir="ltr">')
    expect(page).toContain('<div id="root"></div>')
    expect(startDataIn(page)).toEqual({
      mode: 'development',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      locale: 'en',
      theme: null,
      person: { mark: expect.any(String), name: 'Negar', locale: 'en', developer: false, operator: false },
      login_url: `/login?return_to=${encodeURIComponent(path)}`,
    })
  })

  test('in Persian it begins on the other side', async () => {
    const page = await (await open('/chat', await speaks('fa'))).text()
    expect(page).toContain('<html lang="fa" dir="rtl">')
  })

  test('language and theme that were chosen on the pages come before the person’s and the browser’s', async () => {
    const { cookie } = await speaks('en')
    const chosen = { cookie: `${cookie}; charsu_locale=fa; charsu_theme=dark`, 'accept-language': 'en' }
    const page = await (await open('/chat', chosen)).text()
    expect(page).toContain('<html lang="fa" dir="rtl" data-theme="dark">')
    expect(startDataIn(page)).toMatchObject({ locale: 'fa', theme: 'dark', person: { locale: 'en' } })
  })

  test('cookies that nobody of ours has set say nothing', async () => {
    const { cookie } = await speaks('en')
    const odd = { cookie: `${cookie}; charsu_locale="><script>; charsu_theme=neon` }
    const page = await (await open('/chat', odd)).text()
    expect(page).toContain('<html lang="en" dir="ltr">')
  })

  test('no name ends the start data early', async () => {
    const name = '</script><script>alert(1)</script><!--\u2028'
    await node.db.updateTable('users').set({ name }).where('id', '=', person.id).execute()
    const page = await (await open('/chat', { cookie: person.cookie })).text()
    expect(page.match(/<script/g)).toHaveLength(2)
    expect(startDataIn(page)).toMatchObject({ person: { name } })
  })
})

describe('a page is safe', () => {
  test('its policy runs our own files alone, and styles by a nonce made for this answer', async () => {
    const [first, second] = await Promise.all([
      open('/chat', { cookie: person.cookie }),
      open('/chat', { cookie: person.cookie }),
    ])
    const policies = [first, second].map(({ headers }) => headers.get('content-security-policy') ?? '')
    expect(policies[0]).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-")
    expect(policies[0]).toContain("frame-ancestors 'none'")
    expect(policies[0]).not.toMatch(/unsafe|\*/)
    const nonces = policies.map((policy) => /'nonce-([^']+)'/.exec(policy)?.[1] ?? '')
    expect(new Set(nonces).size).toBe(2)
    expect(await first.text()).toContain(`<meta name="csp-nonce" content="${nonces[0]}" />`)
  })

  test('it is not framed, not kept, and not guessed at', async () => {
    const { headers } = await open('/chat', { cookie: person.cookie })
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('in production no picture comes over plain http', async () => {
    await using production = await startTestServer({
      database: node.database,
      config: { dispatcher: false, mode: 'production', publicUrl: 'https://chat.example' },
    })
    const { headers } = await fetch(`${production.url}/chat`, { headers: { cookie: person.cookie } })
    expect(headers.get('content-security-policy')).not.toContain('http:')
  })
})

describe('who is not logged in', () => {
  test.each(PAGES)('%s leads to the host’s login page, and back', async (path) => {
    await writePageTemplates(node.db, { login_url: 'https://host.example/login?next={return_to}' })
    for (const cookie of ['', 'charsu_session=cs_ended']) {
      const { status, headers } = await open(path, { cookie })
      expect(status).toBe(302)
      expect(headers.get('location')).toBe(`https://host.example/login?next=${encodeURIComponent(path)}`)
    }
  })

  test('picks whom to be in development, where the host has named no page', async () => {
    const { headers } = await open('/chat')
    expect(headers.get('location')).toBe('/dev/login?return_to=%2Fchat')
  })

  test('sees the playground all the same', async () => {
    const answer = await open('/')
    expect(answer.status).toBe(200)
    expect(startDataIn(await answer.text())).toMatchObject({ person: null, mode: 'development' })
  })

  test('what cannot be gone back to leads to the chat', async () => {
    const { headers } = await open(`/chat?x=${'y'.repeat(9_000)}`)
    expect(headers.get('location')).toBe('/dev/login?return_to=%2Fchat')
    const login = await open(`/login?return_to=${encodeURIComponent('//evil.example')}`)
    expect(login.headers.get('location')).toBe('/dev/login?return_to=%2Fchat')
  })

  test('gets a page in their language where nobody can log in yet', async () => {
    await using production = await startTestServer({
      database: node.database,
      config: { dispatcher: false, mode: 'production', publicUrl: 'https://chat.example' },
    })
    const answer = await fetch(`${production.url}/chat`, {
      headers: { 'accept-language': 'fa' },
      redirect: 'manual',
    })
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('هنوز نمی‌توان وارد شد')
  })
})

test('in production the first page is the chat', async () => {
  await using production = await startTestServer({
    database: node.database,
    config: { dispatcher: false, mode: 'production', publicUrl: 'https://chat.example' },
  })
  const { status, headers } = await fetch(production.url, { redirect: 'manual' })
  expect([status, headers.get('location')]).toEqual([302, '/chat'])
})

describe('an API beside pages is none of them', () => {
  test.each(['/console/v1', '/console/v1/nothing', '/operator/v1/nothing?x=1'])('%s', async (path) => {
    const answer = await open(path, { cookie: person.cookie })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 5, details: [{ reason: 'NOT_FOUND' }, {}] })
  })

  test('other methods below it are not there either', async () => {
    const answer = await fetch(`${node.url}/console/v1/nothing`, { method: 'POST' })
    expect(answer.status).toBe(404)
  })
})
