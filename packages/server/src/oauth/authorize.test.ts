import { encodeChatPeers } from '@charsu/protocol/chat-peers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizePath, locationOf, open, ticketOf } from '../../testing/consent-flow.ts'
import { helpPage } from '../../testing/help-page.ts'
import {
  type AppFixture,
  addApp,
  addConversation,
  addPost,
  addUser,
  type UserFixture,
} from '../../testing/marketplace-fixture.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'
import { AppUserIds } from '../access/app-user-ids.ts'
import { writePageTemplates } from '../marketplace/page-templates.ts'

const BACK = 'https://app.example/callback'
const SECRET = 'secret-of-the-tests-0123456789abcdef'

let server: TestServer
let app: AppFixture
let seller: UserFixture
let buyer: UserFixture
let stranger: UserFixture
let post: { id: string; token: string }
let conversation: string

beforeAll(async () => {
  server = await startTestServer({ config: { secret: SECRET } })
  const developer = await addUser(server.db, { developer: true })
  seller = await addUser(server.db, { name: 'Sara' })
  buyer = await addUser(server.db, { name: 'Babak' })
  stranger = await addUser(server.db, { name: 'Soroush' })
  app = await addApp(server.db, developer.id, {
    redirectUris: [BACK, 'https://app.example/other?from=charsu'],
  })
  post = await addPost(server.db, seller.id, { title: 'Old piano' })
  conversation = await addConversation(server.db, post, seller.id, buyer.id)
})
afterAll(() => server.close())

const ask = (scope: string, more: { state?: string; with?: Record<string, string | null> } = {}) =>
  authorizePath({ app, redirectUri: BACK, scope, ...more })

/** Error and description that came back to the app. */
async function fault(
  path: string,
  user = seller,
): Promise<{ error: string; description: string; state: string | null }> {
  const response = await open(server, path, user)
  expect(response.status).toBe(302)
  const to = locationOf(response)
  expect(to.origin + to.pathname).toBe(BACK)
  expect(to.searchParams.has('code')).toBe(false)
  const [error, description] = [to.searchParams.get('error'), to.searchParams.get('error_description')]
  expect(to.searchParams.get('error_uri')).toEqual(helpPage(error ?? ''))
  return { error: error ?? '', description: description ?? '', state: to.searchParams.get('state') }
}

describe('an unknown client_id or redirect_uri gives a page of ours and no redirect', () => {
  const changes: [string, Record<string, string | null>][] = [
    ['no client_id', { client_id: null }],
    ['an unknown client_id', { client_id: 'nobody' }],
    ['a client_id with NUL', { client_id: 'a\0b' }],
    ['a client_id of 5,000 letters', { client_id: 'a'.repeat(5000) }],
    ['no redirect_uri', { redirect_uri: null }],
    ['another path', { redirect_uri: `${BACK}2` }],
    ['a trailing slash', { redirect_uri: `${BACK}/` }],
    ['another case', { redirect_uri: 'https://app.example/Callback' }],
    ['another case in the host', { redirect_uri: 'https://APP.example/callback' }],
    ['the default port', { redirect_uri: 'https://app.example:443/callback' }],
    ['an extra query', { redirect_uri: `${BACK}?x=1` }],
    ['an empty query', { redirect_uri: `${BACK}?` }],
    ['a fragment', { redirect_uri: `${BACK}#x` }],
    ['a space around it', { redirect_uri: ` ${BACK}` }],
    ['http instead of https', { redirect_uri: 'http://app.example/callback' }],
    ['a path that leads there', { redirect_uri: 'https://app.example/x/../callback' }],
    ['a user name', { redirect_uri: 'https://app.example@evil.example/callback' }],
    ['NUL', { redirect_uri: `${BACK}\0` }],
  ]
  test.each(changes)('%s', async (_, parameters) => {
    const response = await open(server, ask('USER_ID', { with: parameters }), seller)
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('x-frame-options')).toBe('DENY')
  })

  test('what was sent is shown harmlessly, beside what is registered', async () => {
    const evil = 'https://evil.example/<script>alert(1)</script>'
    const page = await (await open(server, ask('USER_ID', { with: { redirect_uri: evil } }))).text()
    expect(page).not.toContain('<script')
    expect(page).toContain('https://evil.example/&lt;script&gt;')
    expect(page).toContain(BACK)
  })

  test('malformed UTF-8 in either', async () => {
    for (const query of ['client_id=%FF', `client_id=${app.slug}&redirect_uri=%C3%28%`]) {
      expect((await open(server, `/oauth2/auth?${query}`)).status).toBe(400)
    }
  })
})

describe('a fault that is not about the app goes back to it, with the state', () => {
  const cases: [string, string, Record<string, string | null>, string][] = [
    ['invalid_request', 'no response_type', { response_type: null }, 'response_type is missing'],
    ['unsupported_response_type', 'another response_type', { response_type: 'token' }, 'only code'],
    [
      'invalid_request',
      'an unknown PKCE method',
      { code_challenge: 'x'.repeat(43), code_challenge_method: 'S512' },
      'S256 or plain',
    ],
    ['invalid_request', 'a short challenge', { code_challenge: 'x'.repeat(42) }, '43 to 128'],
    [
      'invalid_request',
      'a method without challenge',
      { code_challenge_method: 'S256' },
      'without code_challenge',
    ],
    ['invalid_scope', 'no scope', { scope: null }, 'scope is missing'],
    ['invalid_scope', 'white space as scope', { scope: ' \t ' }, 'scope is missing'],
    ['invalid_scope', 'a misspelt scope', { scope: 'USER_PHON' }, "Did you mean 'USER_PHONE'"],
    [
      'invalid_scope',
      'a scope that lacks its resource',
      { scope: 'CONVERSATION_SEND_MESSAGE' },
      'needs its resource',
    ],
    ['invalid_scope', 'NUL in a scope', { scope: 'USER_ID\0' }, 'is not a scope'],
    ['invalid_scope', 'a scope that is no Unicode', { scope: '\ud800' }, 'is not a scope'],
    [
      'invalid_scope',
      '51 scopes',
      { scope: Array.from({ length: 51 }, (_, i) => `POST_EDIT.p${i}`).join(' ') },
      'at most 50',
    ],
  ]
  test.each(cases)('%s for %s', async (error, _, parameters, description) => {
    const path = ask('USER_ID', { state: 'a b+c', with: parameters })
    expect(await fault(path)).toEqual({
      error,
      description: expect.stringContaining(description),
      state: 'a b+c',
    })
    expect(locationOf(await open(server, path)).searchParams.get('error')).toBe(error)
  })

  test('a parameter sent twice', async () => {
    expect(await fault(`${ask('USER_ID')}&scope=USER_PHONE`)).toMatchObject({
      error: 'invalid_request',
      description: expect.stringContaining('scope was sent more than once'),
    })
  })

  test('the query of the registered URI stays', async () => {
    const path = authorizePath({
      app,
      redirectUri: 'https://app.example/other?from=charsu',
      scope: 'NOPE',
      state: 's',
    })
    const location = (await open(server, path)).headers.get('location')
    expect(location).toMatch(/^https:\/\/app\.example\/other\?from=charsu&error=invalid_scope&.*&state=s$/)
  })

  test('strange parameters are ignored', async () => {
    expect((await open(server, `${ask('USER_ID')}&utm_source=x&&=y&%FF=%FF`, seller)).status).toBe(200)
  })
})

describe('a resource that is not the user’s is refused before consent is shown', () => {
  const peers = (userId: string, token: string, peerId: string) => {
    const ids = new AppUserIds(Buffer.from(SECRET))
    return encodeChatPeers(ids.toPublic(app.id, userId), token, ids.toPublic(app.id, peerId))
  }

  test('a conversation asks for a participant', async () => {
    for (const name of ['CONVERSATION_SEND_MESSAGE', 'CHAT_CONVERSATION_READ']) {
      for (const user of [seller, buyer]) {
        expect((await open(server, ask(`${name}.${conversation.toUpperCase()}`), user)).status).toBe(200)
      }
      expect((await fault(ask(`${name}.${conversation}`), stranger)).error).toBe('invalid_scope')
    }
  })

  test('a post asks for its owner, in every spelling', async () => {
    for (const name of [
      'CHAT_POST_CONVERSATIONS_MESSAGE_SEND',
      'CHAT_SEND_MESSAGE_POST_CONVERSATIONS',
      'CHAT_POST_CONVERSATIONS_READ',
      'POST_ADDON_CREATE',
      'ADDON_USER_APPROVED',
    ]) {
      for (const separator of ['.', '__']) {
        expect((await open(server, ask(name + separator + post.token), seller)).status).toBe(200)
        expect(await fault(ask(name + separator + post.token), buyer)).toMatchObject({
          error: 'invalid_scope',
          description: expect.stringContaining(`${name}${separator}${post.token}: the resource must be`),
        })
      }
    }
  })

  test('what does not exist is refused in the same words as what is another’s', async () => {
    const missing = '00000000-0000-4000-8000-000000000000'
    const [ofOthers, ofNobody] = [
      await fault(ask(`CHAT_CONVERSATION_READ.${conversation}`), stranger),
      await fault(ask(`CHAT_CONVERSATION_READ.${missing}`), stranger),
    ]
    expect(ofNobody.description.replace(missing, '')).toBe(ofOthers.description.replace(conversation, ''))
  })

  test('the older chat scope asks for this very user, a real peer and a post of one of the two', async () => {
    const scope = (resource: string) => ask(`CHAT_MESSAGE_SEND.${resource}`)
    expect((await open(server, scope(peers(buyer.id, post.token, seller.id)), buyer)).status).toBe(200)
    expect((await open(server, scope(peers(seller.id, post.token, buyer.id)), seller)).status).toBe(200)
    const refused = [
      peers(seller.id, post.token, buyer.id),
      peers(buyer.id, post.token, buyer.id),
      peers(buyer.id, post.token, stranger.id),
      peers(buyer.id, 'nosuchpost', seller.id),
      peers(buyer.id, post.token, '00000000-0000-4000-8000-000000000000'),
      encodeChatPeers('someone', post.token, 'else'),
    ]
    for (const resource of refused) expect((await fault(scope(resource), buyer)).error).toBe('invalid_scope')
  })

  test('the ids in it are those of this app, not of another', async () => {
    const other = await addApp(server.db, stranger.id)
    const ids = new AppUserIds(Buffer.from(SECRET))
    const foreign = encodeChatPeers(
      ids.toPublic(other.id, buyer.id),
      post.token,
      ids.toPublic(other.id, seller.id),
    )
    expect((await fault(ask(`CHAT_MESSAGE_SEND.${foreign}`), buyer)).error).toBe('invalid_scope')
  })

  test('businesses and other people’s apps are nobody’s to give', async () => {
    expect((await fault(ask('BUSINESS_ADDON_CREATE.b1'))).error).toBe('invalid_scope')
    expect((await fault(ask(`MANAGEMENT_APPS_READ.${app.slug}`))).error).toBe('invalid_scope')
  })

  test('every wrong scope is named at once', async () => {
    const { description } = await fault(
      ask(`USER_ID CHAT_CONVERSATION_READ.${conversation} POST_EDIT.nope`),
      stranger,
    )
    expect(description).toContain(`CHAT_CONVERSATION_READ.${conversation}`)
    expect(description).toContain('POST_EDIT.nope')
    expect(description).not.toContain('USER_ID')
  })
})

describe('what an app may ask for', () => {
  test('a production app, only what the host approved, under any of its names', async () => {
    const production = await addApp(server.db, stranger.id, { redirectUris: [BACK], development: false })
    await server.db
      .insertInto('app_scopes')
      .values([
        { app_id: production.id, name: 'CHAT_POST_CONVERSATIONS_READ', approved_at: new Date() },
        { app_id: production.id, name: 'ADDON_USER_APPROVED', approved_at: new Date() },
        { app_id: production.id, name: 'USER_PHONE', approved_at: null },
      ])
      .execute()
    const path = (scope: string) => authorizePath({ app: production, redirectUri: BACK, scope })
    const allowed = `CHAT_POST_CONVERSATIONS_READ.${post.token} POST_ADDON_CREATE.${post.token}`
    const page = await open(server, path(allowed), seller)
    expect(page.status).toBe(200)
    expect(await page.text()).not.toContain('still in development')
    for (const scope of ['USER_PHONE', 'USER_ID', `${allowed} USER_POSTS_GET`]) {
      expect(await fault(path(scope))).toMatchObject({
        error: 'invalid_scope',
        description: expect.stringContaining('may not ask for USER_'),
      })
    }
  })
})

describe('without a session', () => {
  test('development picks a person at /dev/login and comes back to the same request', async () => {
    const path = `${ask('USER_ID', { state: 'x' })}&state2=%2F+%ff`
    const to = locationOf(await open(server, path))
    expect(to.pathname).toBe('/dev/login')
    expect(to.searchParams.get('return_to')).toBe(path)
  })

  test('an expired or unknown session counts as none', async () => {
    const expired = await addUser(server.db)
    await server.db
      .updateTable('sessions')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('user_id', '=', expired.id)
      .execute()
    for (const cookie of [expired.cookie, 'charsu_session=cs_nothing', 'charsu_session=%00']) {
      const response = await open(server, ask('USER_ID'), undefined, { cookie })
      expect(locationOf(response).pathname).toBe('/dev/login')
    }
  })

  test('in production it is the host’s login page; where there is none, the operator learns what to set', async () => {
    await using production = await startTestServer({
      config: { mode: 'production', hostKey: TEST_HOST_KEY, publicUrl: 'https://charsu.example' },
    })
    const owner = await addUser(production.db)
    const installed = await addApp(production.db, owner.id, { redirectUris: [BACK] })
    const path = authorizePath({ app: installed, redirectUri: BACK, scope: 'USER_ID', state: 'é&=+' })

    const unset = await open(production, path)
    expect(unset.status).toBe(503)
    expect(await unset.text()).toContain('login_url')

    await writePageTemplates(production.db, {
      login_url: 'https://market.example/login?then={return_to}',
      post_url: null,
      post_manage_url: null,
    })
    const to = locationOf(await open(production, path))
    expect(to.origin + to.pathname).toBe('https://market.example/login')
    expect(to.searchParams.get('then')).toBe(path)
  })

  test('a request too long to come back to is refused', async () => {
    expect((await open(server, ask('USER_ID', { state: 'x'.repeat(9000) }))).status).toBe(414)
  })
})

test('/oauth is the same page', async () => {
  const response = await open(server, ask('USER_ID').replace('/oauth2/auth', '/oauth'), seller)
  expect(response.status).toBe(200)
  expect(ticketOf(await response.text())).not.toBe('')
})

test('no query makes a 500', async () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(BACK, 'code', 'USER_ID', 'S256', '\0'),
  )
  const names = [
    'response_type',
    'client_id',
    'redirect_uri',
    'scope',
    'state',
    'code_challenge',
    'code_challenge_method',
  ]
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value), fc.boolean(), async (query, known) => {
      const base: Record<string, string> = known ? { client_id: app.slug, redirect_uri: BACK } : {}
      const path = `/oauth2/auth?${new URLSearchParams({ ...query, ...base })}`
      expect((await open(server, path, seller)).status).toBeLessThan(500)
    }),
    { numRuns: 60 },
  )
})
