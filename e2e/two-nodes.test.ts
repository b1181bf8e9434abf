import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../packages/server/src/db/pool.ts'
import { LISTENER_NAME } from '../packages/server/src/db/wake-listener.ts'
import { type DatabaseProxy, startDatabaseProxy } from '../packages/server/testing/database-proxy.ts'
import { type AppFixture, addApp, addUser } from '../packages/server/testing/marketplace-fixture.ts'
import { createTestDatabase } from '../packages/server/testing/test-database.ts'
import { silentLog } from '../packages/server/testing/test-log.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../packages/server/testing/test-server.ts'
import { waitFor } from '../packages/server/testing/wait-for.ts'
import { addKey, addToken, createParty, createWorld, livingGrant, type World } from './authorisation/world.ts'

/** What one node takes back, another refuses within a second (wire contract §7); what writes, at once. */

let world: World
let here: TestServer
let there: TestServer
/** Another node, of whose LISTEN connection every packet is lost. */
let deaf: TestServer
let proxy: DatabaseProxy

beforeAll(async () => {
  world = await createWorld()
  here = world.node
  there = await startTestServer({ database: here.database, config: { dispatcher: false } })
  proxy = await startDatabaseProxy(here.database.url)
  const pool = createPool({ url: proxy.url, max: 5, log: silentLog, applicationName: 'charsu test' })
  const database = { ...here.database, url: proxy.url, pool }
  deaf = await startTestServer({ database, config: { dispatcher: false } })
  await waitFor(() => proxy.taken(LISTENER_NAME) > 0)
  proxy.swallow(LISTENER_NAME)
})
afterAll(async () => {
  await deaf.close()
  await deaf.database.pool.end()
  await proxy[Symbol.asyncDispose]()
  await there.close()
  await world[Symbol.asyncDispose]()
})

interface Request {
  method: string
  path: string
  headers: Record<string, string>
  body?: unknown
}

async function statusOf({ url }: TestServer, { method, path, headers, body }: Request): Promise<number> {
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** A credential in use, and how it is taken back. */
interface Case {
  /** Answered with 200 while the credential is good. */
  use: Request
  takeBack: Request
  refusal: number
}

const asHost = (method: string, path: string, body: unknown): Request => ({
  method,
  path: `/host/v1${path}`,
  headers: { authorization: `Bearer ${TEST_HOST_KEY}` },
  body,
})
const withToken = (app: AppFixture, token: string): Record<string, string> => ({
  'x-api-key': app.key,
  authorization: `Bearer ${token}`,
})

/** A person who gave an app consent, with nothing that another test uses. */
async function newConsent(scopes: (postToken: string, conversationId: string) => string[]) {
  const party = await createParty(here, false)
  const token = await addToken(world, world.app, party.seller, {
    scopes: scopes(party.post.token, party.conversationId),
  })
  const grantId = (await livingGrant(here.db, world.app.id, party.seller.id)) ?? ''
  const revoke: Request = {
    method: 'DELETE',
    path: `/me/v1/grants/${grantId}`,
    headers: { cookie: party.seller.cookie },
  }
  return { party, token, headers: withToken(world.app, token), revoke }
}

const CASES: Record<string, () => Promise<Case>> = {
  'a consent': async () => {
    const { headers, revoke } = await newConsent(() => ['USER_ID'])
    return {
      use: { method: 'GET', path: '/v1/open-platform/users', headers },
      takeBack: revoke,
      refusal: 401,
    }
  },
  'an access token': async () => {
    const { headers, token } = await newConsent(() => ['USER_ID'])
    const { slug, clientSecret } = world.app
    return {
      use: { method: 'GET', path: '/v1/open-platform/users', headers },
      takeBack: {
        method: 'POST',
        path: '/oauth2/revoke',
        headers: {},
        body: { client_id: slug, client_secret: clientSecret, token },
      },
      refusal: 401,
    }
  },
  'an API key': async () => {
    const { id, key } = await addKey(world, world.app, { permissions: ['GET_POST'] })
    return {
      use: {
        method: 'GET',
        path: `/v1/open-platform/finder/post/${world.party.post.token}`,
        headers: { 'x-api-key': key },
      },
      takeBack: {
        method: 'DELETE',
        path: `/console/v1/apps/${world.app.slug}/keys/${id}`,
        headers: { cookie: world.developer.cookie },
      },
      refusal: 401,
    }
  },
  'the approval of an app': async () => {
    const app = await addApp(here.db, world.developer.id, { development: false })
    const name = 'GET_POST'
    await here.db
      .insertInto('app_permissions')
      .values({ app_id: app.id, name, approved_at: new Date() })
      .execute()
    return {
      use: {
        method: 'GET',
        path: `/v1/open-platform/finder/post/${world.party.post.token}`,
        headers: { 'x-api-key': app.key },
      },
      takeBack: asHost('PUT', `/apps/${app.slug}/approval`, { approved: false }),
      refusal: 403,
    }
  },
  'a session': async () => {
    const { cookie } = await addUser(here.db)
    return {
      use: { method: 'GET', path: '/me/v1', headers: { cookie } },
      takeBack: { method: 'POST', path: '/logout', headers: { cookie } },
      refusal: 401,
    }
  },
  'the standing of a developer': async () => {
    const { hostId, cookie } = await addUser(here.db, { developer: true })
    return {
      use: { method: 'GET', path: '/console/v1/apps', headers: { cookie } },
      takeBack: asHost('PUT', `/users/${hostId}`, { developer: false }),
      refusal: 403,
    }
  },
}

const PROMISED_MS = 1_000
const MORE_PROBES = 20

/** The other node, and what befalls its LISTEN connection when something is taken back. */
interface Way {
  node: () => TestServer
  befalls?: () => Promise<unknown>
}

const WAYS: Record<string, Way> = {
  'that hears of it': { node: () => there },
  'whose LISTEN connection ends at that moment': {
    node: () => there,
    befalls: () =>
      here.database.pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
        [LISTENER_NAME],
      ),
  },
  'whose LISTEN connection loses every packet': { node: () => deaf },
}

describe.each(Object.entries(WAYS))('no other node accepts for longer than a second, %s:', (_way, way) => {
  test.each(Object.entries(CASES))('%s', async (_case, make) => {
    const other = way.node()
    const { use, takeBack, refusal } = await make()
    expect([await statusOf(other, use), await statusOf(other, use)]).toEqual([200, 200])
    await way.befalls?.()
    expect(await statusOf(here, takeBack)).toBe(200)
    const takenBackAt = performance.now()
    expect(await statusOf(here, use), 'the same node at once').toBe(refusal)

    const probes: { begunAt: number; status: number }[] = []
    const probe = async (): Promise<number> => {
      const begunAt = performance.now()
      const status = await statusOf(other, use)
      probes.push({ begunAt, status })
      return status
    }
    await waitFor(async () => (await probe()) === refusal)
    for (let i = 0; i < MORE_PROBES; i++) await probe()

    const accepted = probes.filter(({ status }) => status === 200)
    // However slow the machine: what began that late cannot have been accepted.
    expect(accepted.filter(({ begunAt }) => begunAt > takenBackAt + PROMISED_MS)).toEqual([])
    expect(probes.slice(accepted.length).every(({ status }) => status === refusal)).toBe(true)
  })
})

describe('what writes is refused on every node at once', () => {
  const message = (conversationId: string, headers: Record<string, string>): Request => ({
    method: 'POST',
    path: `/v2/open-platform/conversations/${conversationId}/messages`,
    headers,
    body: { message: 'hello' },
  })

  test.each<[string, (conversationId: string, headers: Record<string, string>) => Request]>([
    ['a message', message],
    [
      'a subscription',
      (_, headers) => ({
        method: 'POST',
        path: '/v1/open-platform/events/subscriptions',
        headers,
        body: { event_type: 'NEW_MESSAGE_ON_POST' },
      }),
    ],
    [
      'a notice',
      (_, headers) => ({
        method: 'POST',
        path: '/experimental/open-platform/events/send',
        headers,
        body: { message: 'hello' },
      }),
    ],
  ])('%s after the consent was taken back', async (_, make) => {
    const { party, headers, revoke } = await newConsent((_post, conversationId) => [
      `CONVERSATION_SEND_MESSAGE.${conversationId}`,
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
      'SEND_EVENT',
    ])
    const use = make(party.conversationId, headers)
    expect(await statusOf(there, use)).toBe(200)
    expect(await statusOf(here, revoke)).toBe(200)
    expect(await statusOf(there, use)).toBe(401)
  })

  test('a message after the key was revoked', async () => {
    const { party, token } = await newConsent((_post, id) => [`CONVERSATION_SEND_MESSAGE.${id}`])
    const { id, key } = await addKey(world, world.app, { permissions: ['CHAT_SEND_MESSAGE_OAUTH'] })
    const use = message(party.conversationId, { 'x-api-key': key, authorization: `Bearer ${token}` })
    expect(await statusOf(there, use)).toBe(200)
    const revoke = {
      method: 'DELETE',
      path: `/console/v1/apps/${world.app.slug}/keys/${id}`,
      headers: { cookie: world.developer.cookie },
    }
    expect(await statusOf(here, revoke)).toBe(200)
    expect(await statusOf(there, use)).toBe(401)
  })
})

describe('a subscription', () => {
  /** Deliveries that a message of the buyer, sent through a node, gave rise to. */
  async function deliveriesOf(node: TestServer, conversationId: string, sender: string): Promise<number> {
    const answer = await fetch(`${node.url}/host/v1/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_HOST_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sender, text: 'hello' }),
    })
    const { message_id } = (await answer.json()) as { message_id: string }
    const { rows } = await here.database.pool.query('select from delivery_queue where source_id = $1', [
      message_id,
    ])
    return rows.length
  }

  test('made on one node is heard by the other, and ends on both with the consent', async () => {
    const { party, headers, revoke } = await newConsent(() => ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'])
    const subscribe: Request = {
      method: 'POST',
      path: '/v1/open-platform/events/subscriptions',
      headers,
      body: { event_type: 'NEW_MESSAGE_ON_POST' },
    }
    const message = (node: TestServer) => deliveriesOf(node, party.conversationId, party.buyer.hostId)
    expect(await message(there)).toBe(0)
    expect(await statusOf(here, subscribe)).toBe(200)
    expect([await message(there), await message(here)]).toEqual([1, 1])
    expect(await statusOf(here, revoke)).toBe(200)
    expect([await message(there), await message(here)]).toEqual([0, 0])
  })

  test('of a post ends with the consent, and another person’s goes on', async () => {
    const revoked = await newConsent((post) => [`CHAT_POST_CONVERSATIONS_READ.${post}`])
    const kept = await newConsent((post) => [`CHAT_POST_CONVERSATIONS_READ.${post}`])
    for (const { party, headers } of [revoked, kept]) {
      const body = { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: party.post.token }
      const path = '/v1/open-platform/events/subscriptions'
      expect(await statusOf(there, { method: 'POST', path, headers, body })).toBe(200)
    }
    expect(await statusOf(there, revoked.revoke)).toBe(200)
    const counts = [revoked, kept].map(({ party }) =>
      deliveriesOf(here, party.conversationId, party.buyer.hostId),
    )
    expect(await Promise.all(counts)).toEqual([0, 1])
  })
})

describe('nodes wake each other', () => {
  /** What goes over the channel of a database. */
  async function overhear(url: string): Promise<{ heard: string[]; end: () => Promise<void> }> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const heard: string[] = []
    client.on('notification', ({ payload = '' }) => void heard.push(payload))
    await client.query('listen charsu_wake')
    return { heard, end: () => client.end() }
  }

  test('after a message, a read and a credential taken back', async () => {
    const { party, revoke } = await newConsent(() => ['USER_ID'])
    const { heard, end } = await overhear(here.database.url)
    // In one hint, which may tell of what has happened just before too.
    const tells = (...parts: string[]) =>
      waitFor(() => heard.some((text) => parts.every((part) => text.includes(part))))
    try {
      await statusOf(here, {
        method: 'POST',
        path: `/me/v1/conversations/${party.conversationId}/messages`,
        headers: { cookie: party.buyer.cookie },
        body: { text: 'hello' },
      })
      await tells('"conversations":[', `"${party.conversationId}"`)
      await statusOf(there, {
        method: 'POST',
        path: `/me/v1/conversations/${party.conversationId}/read`,
        headers: { cookie: party.seller.cookie },
        body: { sequence: 1 },
      })
      // Their own pages move on, and the other side's show that it was read.
      await tells('"users":[', party.seller.id, party.buyer.id)
      await statusOf(here, revoke)
      await tells('"credentials":"*"')
    } finally {
      await end()
    }
  })

  test('and a node that is alone keeps quiet', async () => {
    await using database = await createTestDatabase()
    const alone = await startTestServer({ database })
    const { heard, end } = await overhear(database.url)
    const party = await createParty(alone, false)
    for (const text of ['one', 'two']) {
      const sent = await statusOf(alone, {
        method: 'POST',
        path: `/me/v1/conversations/${party.conversationId}/messages`,
        headers: { cookie: party.buyer.cookie },
        body: { text },
      })
      expect(sent).toBe(200)
    }
    await alone.close()
    // What was said before this has been heard with it.
    await database.pool.query(`notify charsu_wake, 'the end'`)
    await waitFor(() => heard.includes('the end'))
    expect(heard.filter((text) => text !== 'the end' && !text.startsWith('proof '))).toEqual([])
    await end()
  })
})
