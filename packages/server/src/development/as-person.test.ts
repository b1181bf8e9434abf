import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EventStreamClient } from '../../testing/event-stream.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createDatabase, type Database } from '../db/database.ts'

let database: TestDatabase
let db: Database
let node: TestServer
let seller: fixture.UserFixture
let buyer: fixture.UserFixture
let conversationId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
  node = await startTestServer({ database, config: { dispatcher: false } })
})
beforeEach(async () => {
  seller = await fixture.addUser(db, { name: 'Kamran' })
  buyer = await fixture.addUser(db, { name: 'Negar' })
  const post = await fixture.addPost(db, seller.id)
  conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
})
afterAll(async () => {
  await node.close()
  await database.drop()
})

const baseOf = ({ hostId }: fixture.UserFixture): string => `/dev/as/${encodeURIComponent(hostId)}`

const call = (path: string, init: RequestInit = {}, url = node.url): Promise<Response> =>
  fetch(url + path, { redirect: 'manual', ...init })

async function nameAt(path: string, init: RequestInit = {}, url = node.url): Promise<unknown> {
  const answer = await call(`${path}/me/v1`, init, url)
  return answer.ok ? ((await answer.json()) as { name: string }).name : answer.status
}

const say = (as: fixture.UserFixture, text: string) =>
  call(`${baseOf(as)}/me/v1/conversations/${conversationId}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  })

const sessionsOf = async ({ id }: fixture.UserFixture): Promise<number> => {
  const rows = await db.selectFrom('sessions').select('hash').where('user_id', '=', id).execute()
  // The fixture gives everybody one.
  return rows.length - 1
}

describe('a path below /dev/as/{host_id} is served as that person', () => {
  test('two people in one window, whoever the browser is logged in as', async () => {
    const { cookie } = await fixture.addUser(db, { name: 'Somebody else' })
    const init = { headers: { cookie } }
    expect(await nameAt('', init)).toBe('Somebody else')
    expect(await nameAt(baseOf(seller), init)).toBe('Kamran')
    expect(await nameAt(baseOf(buyer), init)).toBe('Negar')
  })

  test('many calls at once share one session', async () => {
    const names = await Promise.all(Array.from({ length: 20 }, () => nameAt(baseOf(seller))))
    expect(new Set(names)).toEqual(new Set(['Kamran']))
    expect(await sessionsOf(seller)).toBe(1)
  })

  test('what one writes, the other’s stream brings', async () => {
    const stream = await new EventStreamClient(node.url, '', `${baseOf(buyer)}/me/v1/stream`).connect()
    expect((await say(seller, 'is it still there?')).status).toBe(200)
    await waitFor(() => stream.events.some(({ data }) => data.text === 'is it still there?'))
    await stream.disconnect()
  })

  test('no cookie of the browser’s stands in the way, however it is spelt', async () => {
    const { cookie } = await fixture.addUser(db, { name: 'Somebody else' })
    for (const spelt of [cookie, cookie.replace('=', ' ='), `${cookie}; ${cookie.replace('=', '\t= ')}`]) {
      expect(await nameAt(baseOf(seller), { headers: { cookie: spelt } })).toBe('Kamran')
    }
  })

  test('any host id, also one that a path must encode', async () => {
    for (const hostId of ['نگار', 'a/b?c', '100%', 'with space', '..%2f']) {
      const person = await fixture.addUser(db, { name: hostId })
      const host_id = `${hostId} ${person.hostId}`
      await db.updateTable('users').set({ host_id }).where('id', '=', person.id).execute()
      expect(await nameAt(baseOf({ ...person, hostId: host_id }))).toBe(hostId)
    }
  })

  test('only the session is another’s: language and theme stay the browser’s', async () => {
    const cookie = 'charsu_theme=dark; charsu_session=cs_of_somebody; charsu_locale=fa'
    const page = await (await call(`${baseOf(seller)}/chat`, { headers: { cookie } })).text()
    expect(page).toContain('<html lang="fa" dir="rtl" data-theme="dark">')
    expect(page).toContain('"name":"Kamran"')
    expect(page).toContain(`"login_url":"${baseOf(seller)}/chat"`)
  })

  test('the person’s address alone leads to their chat', async () => {
    const { status, headers } = await call(baseOf(seller))
    expect([status, headers.get('location')]).toEqual([302, `${baseOf(seller)}/chat`])
  })
})

describe('the way on stays with the person', () => {
  test('redirects to our own pages keep the prefix, others stay as they are', async () => {
    const app = await fixture.addApp(db, seller.id)
    const opened = await call(`${baseOf(buyer)}/chat/addon_${app.slug}`)
    expect(opened.headers.get('location')).toMatch(new RegExp(`^${baseOf(buyer)}/chat/[0-9a-f-]{36}$`))
    const back = await call(`${baseOf(buyer)}/completion?conversation=${conversationId}`)
    expect(back.headers.get('location')).toBe(`${baseOf(buyer)}/chat/${conversationId}`)
  })

  test('a consent is asked and given as that person', async () => {
    const redirectUri = 'https://app.example/callback'
    const app = await fixture.addApp(db, buyer.id, { redirectUris: [redirectUri] })
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: app.slug,
      redirect_uri: redirectUri,
      scope: 'USER_POSTS_GET',
      state: 'x',
    })
    const page = await (await call(`${baseOf(seller)}/oauth2/auth?${query}`)).text()
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? ''
    expect(action).toBe(`${baseOf(seller)}/oauth2/consent`)
    const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const answer = await call(action, {
      method: 'POST',
      headers: { origin: node.url },
      body: new URLSearchParams({ ticket, decision: 'allow' }),
    })
    expect(answer.headers.get('location')).toMatch(/^https:\/\/app\.example\/callback\?code=/)
    const grants = await db.selectFrom('grants').select('user_id').where('app_id', '=', app.id).execute()
    expect(grants).toEqual([{ user_id: seller.id }])
  })

  test('who the browser is logged in as does not change, and other cookies pass', async () => {
    const answer = await call(`${baseOf(seller)}/dev/login`, {
      method: 'POST',
      body: new URLSearchParams({ user: buyer.hostId }),
    })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([302, null])
  })
})

describe('a session that has ended is made anew', () => {
  test('after logging out, here or by the database', async () => {
    expect(await nameAt(baseOf(seller))).toBe('Kamran')
    const answer = await call(`${baseOf(seller)}/logout`, { method: 'POST' })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
    expect(await nameAt(baseOf(seller))).toBe('Kamran')
    expect(await sessionsOf(seller)).toBe(1)
  })

  test('by many calls at once, of which none fails', async () => {
    expect(await nameAt(baseOf(seller))).toBe('Kamran')
    await call(`${baseOf(seller)}/logout`, { method: 'POST' })
    const names = await Promise.all(Array.from({ length: 20 }, () => nameAt(baseOf(seller))))
    expect(new Set(names)).toEqual(new Set(['Kamran']))
    expect(await sessionsOf(seller)).toBe(1)
  })

  test('on every node by itself', async () => {
    await using other = await startTestServer({ database, config: { dispatcher: false } })
    for (const { url } of [node, other]) expect(await nameAt(baseOf(seller), {}, url)).toBe('Kamran')
    await call(`${baseOf(seller)}/logout`, { method: 'POST' }, other.url)
    const names = await Promise.all(
      [node, other, node, other].map(({ url }) => nameAt(baseOf(seller), {}, url)),
    )
    expect(names).toEqual(Array(4).fill('Kamran'))
  })
})

describe('nobody else gets in this way', () => {
  test('a person who is not there is a 404 that says where to look', async () => {
    for (const id of ['nobody', '%00', 'x'.repeat(2_000)]) {
      const answer = await call(`/dev/as/${id}/me/v1`)
      expect([400, 404]).toContain(answer.status)
    }
    const answer = await call('/dev/as/nobody/me/v1')
    expect(await answer.json()).toMatchObject({
      code: 5,
      message: expect.stringContaining('GET /dev/v1'),
      details: [{ reason: 'USER_UNKNOWN', metadata: { host_id: 'nobody' } }, {}],
    })
  })

  test.each(['%', '%zz', '%ff', '%ED%A0%80'])('a broken encoding, %s, is a 400', async (id) => {
    expect((await call(`/dev/as/${id}/me/v1`)).status).toBe(400)
  })

  test('who has been deleted is not there any more', async () => {
    expect(await nameAt(baseOf(seller))).toBe('Kamran')
    const gone = await call(`/host/v1/users/${encodeURIComponent(seller.hostId)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${TEST_HOST_KEY}` },
    })
    expect(gone.ok).toBe(true)
    await waitFor(async () => (await nameAt(baseOf(seller))) === 404)
  })

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('another site’s page cannot even read: %o', async (headers) => {
    for (const path of ['/me/v1', '/chat', '/errors']) {
      expect((await call(baseOf(seller) + path, { headers })).status).toBe(403)
    }
    expect(await sessionsOf(seller)).toBe(0)
  })

  test('our own pages and the address bar can', async () => {
    for (const headers of [
      { origin: node.url, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ]) {
      expect(await nameAt(baseOf(seller), { headers })).toBe('Kamran')
    }
  })

  test('it does not nest, and has no other spelling', async () => {
    for (const path of [
      `${baseOf(seller)}${baseOf(buyer)}/me/v1`,
      '/dev/as//me/v1',
      '/dev/as/',
      '/dev/as',
      '/DEV/AS/x/me/v1',
    ]) {
      expect((await call(path)).status).toBe(404)
    }
  })

  test('an app’s key works below it as anywhere, and is recorded', async () => {
    const app = await fixture.addApp(db, seller.id)
    const path = '/v1/open-platform/assets/permission'
    const answer = await call(baseOf(buyer) + path, { headers: { 'x-api-key': app.key } })
    expect(answer.status).toBe(200)
    await waitFor(async () => {
      const { records } = (await (await call('/dev/v1/traffic')).json()) as { records: { url: string }[] }
      return records.some(({ url }) => url === path)
    })
  })

  test('in production there is no such path', async () => {
    await using production = await startTestServer({
      database,
      config: { mode: 'production', publicUrl: 'https://charsu.example', dispatcher: false },
    })
    for (const path of ['', '/me/v1', '/chat']) {
      expect((await call(baseOf(seller) + path, {}, production.url)).status).toBe(404)
    }
  })
})
