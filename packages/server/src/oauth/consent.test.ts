import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answer,
  authorizePath,
  exchangeCode,
  locationOf,
  obtainCode,
  open,
  ticketOf,
} from '../../testing/consent-flow.ts'
import { helpPage } from '../../testing/help-page.ts'
import {
  type AppFixture,
  addApp,
  addConversation,
  addPost,
  addUser,
  type UserFixture,
} from '../../testing/marketplace-fixture.ts'
import { MovingClock } from '../../testing/moving-clock.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const BACK = 'https://app.example/callback?from=charsu'
const clock = new MovingClock()

let server: TestServer
let developer: UserFixture
let app: AppFixture
let seller: UserFixture
let buyer: UserFixture
let post: { id: string; token: string }

beforeAll(async () => {
  server = await startTestServer({ clock })
  developer = await addUser(server.db, { developer: true })
  seller = await addUser(server.db, { name: 'Sara' })
  buyer = await addUser(server.db, { name: 'Babak' })
  await speak(seller, 'en')
  post = await addPost(server.db, seller.id, { title: 'Old piano' })
  app = await addApp(server.db, developer.id, { redirectUris: [BACK] })
})
afterAll(() => server.close())

const speak = (user: UserFixture, locale: string) =>
  server.db.updateTable('users').set({ locale }).where('id', '=', user.id).execute()

const path = (scope: string, more: { app?: AppFixture; state?: string; redirectUri?: string } = {}) =>
  authorizePath({ app, redirectUri: BACK, state: 'st', scope, ...more })

const page = async (at: string, user = seller): Promise<string> => {
  const response = await open(server, at, user)
  expect(response.status).toBe(200)
  return response.text()
}

describe('the consent page', () => {
  test('names the app, the post, the partner and the user, in plain words', async () => {
    const conversation = await addConversation(server.db, post, seller.id, buyer.id)
    const text = await page(
      path(`CONVERSATION_SEND_MESSAGE.${conversation} CHAT_POST_CONVERSATIONS_READ.${post.token} USER_PHONE`),
    )
    expect(text).toContain('<html lang="en" dir="ltr">')
    expect(text).toContain(`Allow <bdi>App ${app.slug}</bdi> to act for you?`)
    expect(text).toContain('Send messages in your name to <bdi>Babak</bdi> about <bdi>Old piano</bdi>')
    expect(text).toContain('Read new messages in every chat about <bdi>Old piano</bdi>')
    expect(text).toContain('See your phone number')
    expect(text).toContain('logged in as <bdi>Sara</bdi>')
    expect(text).toContain('still in development')
    expect(text).toContain('<bdi dir="ltr">app.example</bdi>')
  })

  test('speaks Persian, right to left, to a user whose locale it is', async () => {
    const text = await page(path(`USER_ID`), buyer)
    expect(text).toContain('<html lang="fa" dir="rtl">')
    expect(text).toContain('اجازه می‌دهم')
    expect(text).toContain('هنوز در حال توسعه است')
  })

  test('says one promise once, however often and in whatever spelling it is asked for', async () => {
    const scopes = [
      'CHAT_POST_CONVERSATIONS_MESSAGE_SEND.',
      'CHAT_SEND_MESSAGE_POST_CONVERSATIONS__',
      'CHAT_POST_CONVERSATIONS_MESSAGE_SEND.',
    ]
    const text = await page(path(scopes.map((scope) => scope + post.token).join(' ')))
    expect(text.match(/<li>/g)).toHaveLength(1)
  })

  test('a chat with a chatbot is named by its app', async () => {
    const bot = await addApp(server.db, developer.id)
    const id = '0197f0aa-0000-4000-8000-00000000b07a'
    await server.db
      .insertInto('conversations')
      .values({
        id,
        type: 'BOT',
        post_id: null,
        post_token: null,
        supplier_id: null,
        demand_id: seller.id,
        app_id: bot.id,
        last_xid: null,
      })
      .execute()
    expect(await page(path(`CHAT_CONVERSATION_READ.${id}`))).toContain(
      `Read your chat with the chatbot <bdi>App ${bot.slug}</bdi>`,
    )
  })

  test('runs no script, cannot be framed, is not kept, and lets its form lead to the app alone', async () => {
    const { headers } = await open(server, path('USER_ID'), seller)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('script-src')
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("form-action 'self' https:")
    expect(policy).not.toContain('http: ')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    // Under no-referrer, browsers would send `Origin: null` with the form, which the cross-site guard refuses.
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(await page(path('USER_ID'))).not.toContain('<script')
  })

  test('an installed app’s own scheme is a way back too', async () => {
    const installed = await addApp(server.db, developer.id, { redirectUris: ['myapp://callback'] })
    const at = path('USER_ID', { app: installed, redirectUri: 'myapp://callback' })
    const response = await open(server, at, seller)
    expect(response.headers.get('content-security-policy')).toContain("form-action 'self' myapp: https:")
    const ticket = ticketOf(await response.text())
    const allowed = await answer(server, seller, { ticket, decision: 'allow' })
    expect(allowed.headers.get('location')).toMatch(/^myapp:\/\/callback\?code=cc_[\w-]{43}&state=st$/)
  })

  test.each([
    ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
    ['quotes', '"><form action="https://evil.example">'],
    ['a right-to-left override', '\u202Eevil\u202C'],
    ['unclosed isolates', '\u2066\u2067\u202E'],
    ['an entity', '&lt;script&gt;'],
    ['nothing but white space', '   '],
    ['5,000 letters', 'ا'.repeat(5000)],
  ])('bears names that hold %s', async (_, hostile) => {
    const hostileApp = await addApp(server.db, developer.id, { redirectUris: [BACK] })
    const owner = await addUser(server.db, { name: hostile })
    await server.db
      .updateTable('apps')
      .set({ display_name: hostile })
      .where('id', '=', hostileApp.id)
      .execute()
    const hostilePost = await addPost(server.db, owner.id, { title: hostile })
    const text = await page(path(`POST_EDIT.${hostilePost.token}`, { app: hostileApp }), owner)
    const escaped = hostile
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
    // App, user and post: each escaped, each in an isolate of its own.
    expect(text.split(`<bdi>${escaped}</bdi>`)).toHaveLength(4)
    expect(text.match(/<(script|img|form)\b/g)).toEqual(['<form'])
    expect(text.replaceAll(/<bdi>[^<]*<\/bdi>/g, '')).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
  })
})

describe('the answer', () => {
  test('allow: a code and the state, after the query that the redirect URI has', async () => {
    const ticket = ticketOf(await page(path('USER_ID')))
    const allowed = await answer(server, seller, { ticket, decision: 'allow' })
    expect(allowed.status).toBe(302)
    expect(allowed.headers.get('location')).toMatch(
      /^https:\/\/app\.example\/callback\?from=charsu&code=cc_[\w-]{43}&state=st$/,
    )
  })

  test('deny: access_denied and the state, no code, no grant', async () => {
    const user = await addUser(server.db)
    const ticket = ticketOf(await page(path('USER_ID'), user))
    const to = locationOf(await answer(server, user, { ticket, decision: 'deny' }))
    expect(to.searchParams.get('error')).toBe('access_denied')
    expect(to.searchParams.get('error_uri')).toEqual(helpPage('access_denied'))
    expect(to.searchParams.get('state')).toBe('st')
    expect(to.searchParams.get('from')).toBe('charsu')
    expect(to.searchParams.has('code')).toBe(false)
    expect(await grants(user)).toEqual([])
  })

  test('a consent is added to the standing grant', async () => {
    const user = await addUser(server.db)
    await obtainCode(server, user, { app, redirectUri: BACK, scope: 'USER_ID SEND_EVENT' })
    await obtainCode(server, user, { app, redirectUri: BACK, scope: 'USER_PHONE USER_ID' })
    expect(await grants(user)).toEqual([{ scopes: ['USER_ID', 'SEND_EVENT', 'USER_PHONE'] }])
  })

  test('several consents at once make one grant', async () => {
    const user = await addUser(server.db)
    const ask = { app, redirectUri: BACK, scope: 'USER_ID' }
    await Promise.all([1, 2, 3, 4].map(() => obtainCode(server, user, ask)))
    expect(await grants(user)).toHaveLength(1)
  })
})

const grants = (user: UserFixture) =>
  server.db.selectFrom('grants').select('scopes').where('user_id', '=', user.id).execute()

describe('a consent page answers for itself alone', () => {
  const refused = async (
    status: number,
    user: UserFixture | undefined,
    form: Record<string, string>,
    headers = {},
  ) => {
    const response = await answer(server, user, form, headers)
    expect(response.status).toBe(status)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.get('content-type')).toContain('text/html')
    return response.text()
  }

  test('no part of the ticket can be altered', async () => {
    const ticket = ticketOf(await page(path('USER_ID')))
    const [payload = '', mac = ''] = ticket.split('.')
    const content = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const changes: Record<string, unknown>[] = [
      { userId: buyer.id },
      { clientId: 'other' },
      { redirectUri: 'https://evil.example/' },
      { scopes: ['USER_PHONE'] },
      { rawState: 'other' },
      { proofKey: { challenge: 'x'.repeat(43), method: 'plain' } },
      { expiresAt: 8e15 },
    ]
    const seal = (value: unknown) => `${Buffer.from(JSON.stringify(value)).toString('base64url')}.${mac}`
    const tampered = [
      ...changes.map((change) => seal({ ...content, ...change })),
      payload,
      `${payload}.`,
      `${payload}.${mac.slice(0, -2)}`,
      `.${mac}`,
      'x',
      '\0',
      '\ud800',
    ]
    for (const forged of tampered) await refused(400, seller, { ticket: forged, decision: 'allow' })
    for (const forged of tampered) await refused(400, seller, { ticket: forged, decision: 'deny' })
  })

  test('missing fields and other decisions are refused', async () => {
    const ticket = ticketOf(await page(path('USER_ID')))
    await refused(400, seller, { decision: 'allow' })
    await refused(400, seller, { ticket })
    await refused(400, seller, { ticket, decision: 'maybe' })
    await refused(400, seller, { ticket: 'x'.repeat(40_000), decision: 'allow' })
  })

  test('it is bound to the user who was asked', async () => {
    const ticket = ticketOf(await page(path('USER_ID')))
    await refused(403, buyer, { ticket, decision: 'allow' })
    await refused(403, buyer, { ticket, decision: 'deny' })
  })

  test('it needs the session', async () => {
    const ticket = ticketOf(await page(path('USER_ID')))
    expect(await refused(401, undefined, { ticket, decision: 'allow' })).toContain('not logged in')
  })

  test('another site’s page cannot send it', async () => {
    const ticket = ticketOf(await page(path('USER_ID')))
    const form = { ticket, decision: 'allow' }
    await refused(403, seller, form, { origin: 'https://evil.example' })
    await refused(403, seller, form, { origin: 'null' })
    await refused(403, seller, form, { 'sec-fetch-site': 'cross-site' })
    expect(
      (await answer(server, seller, form, { origin: server.url, 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(302)
  })

  test('it is good for one consent, also when both answers come at once', async () => {
    const user = await addUser(server.db)
    const ticket = ticketOf(await page(path('USER_ID'), user))
    const form = { ticket, decision: 'allow' }
    const both = await Promise.all([answer(server, user, form), answer(server, user, form)])
    expect(both.map(({ status }) => status).sort()).toEqual([302, 409])
    await refused(409, user, form)
  })

  test('it does not bring a grant back that was revoked since', async () => {
    const user = await addUser(server.db)
    const ticket = ticketOf(await page(path('USER_ID'), user))
    await answer(server, user, { ticket, decision: 'allow' })
    await server.db
      .updateTable('grants')
      .set({ revoked_at: new Date() })
      .where('user_id', '=', user.id)
      .execute()
    await refused(409, user, { ticket, decision: 'allow' })
    expect(await grants(user)).toHaveLength(1)
  })

  test('what changed while the page was open is looked at again', async () => {
    const short = await addApp(server.db, developer.id, { redirectUris: [BACK] })
    const ownPost = await addPost(server.db, seller.id)
    const ticket = ticketOf(await page(path(`POST_EDIT.${ownPost.token}`, { app: short })))
    await server.db.updateTable('posts').set({ owner_id: buyer.id }).where('id', '=', ownPost.id).execute()
    const to = locationOf(await answer(server, seller, { ticket, decision: 'allow' }))
    expect(to.searchParams.get('error')).toBe('invalid_scope')
    await server.db.updateTable('apps').set({ redirect_uris: [] }).where('id', '=', short.id).execute()
    await refused(409, seller, { ticket, decision: 'allow' })
  })

  test('it lasts ten minutes', async () => {
    const early = ticketOf(await page(path('USER_ID')))
    clock.forward(9 * 60_000)
    const code = locationOf(
      await answer(server, seller, { ticket: early, decision: 'allow' }),
    ).searchParams.get('code')
    expect((await exchangeCode(server, app, code ?? '', BACK)).status).toBe(200)
    const late = ticketOf(await page(path('USER_ID')))
    clock.forward(10 * 60_000)
    await refused(410, seller, { ticket: late, decision: 'allow' })
  })
})
