import { OlderMessageEvent } from '@charsu/protocol/older-message-event'
import * as Value from 'typebox/value'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../testing/webhook-receiver.ts'
import { AppUserIds } from '../access/app-user-ids.ts'
import { readSetting } from '../db/instance-settings.ts'
import { prunePostConversationsEndpoints } from './post-conversations-store.ts'

const PATH = '/v1/open-platform/notify/chat/post-conversations'
const KEY = 'a-key-of-this-post'

let node: TestServer
let userIds: AppUserIds
let app: fixture.AppFixture
let seller: fixture.UserFixture
let buyer: fixture.UserFixture
let post: { id: string; token: string }
let conversationId: string
let hook: WebhookReceiver
let answer: WebhookAnswer

beforeAll(async () => {
  node = await startTestServer()
  userIds = new AppUserIds(Buffer.from((await readSetting<string>(node.db, 'secret')) ?? ''))
})
afterAll(() => node.close())

beforeEach(async () => {
  answer = 200
  hook = await startWebhookReceiver(() => answer)
  seller = await fixture.addUser(node.db)
  buyer = await fixture.addUser(node.db)
  post = await fixture.addPost(node.db, seller.id, { title: 'Two rooms, sunny', category: 'apartment-rent' })
  conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  app = await fixture.addApp(node.db, seller.id, { identificationKey: 'key-of-the-app' })
  return () => hook.close()
})

const readScope = (): string => `CHAT_POST_CONVERSATIONS_READ.${post.token}`
const consent = (...scopes: string[]) => fixture.addGrant(node.db, app.id, seller.id, scopes)

async function send(path: string, accessToken: string, body: unknown) {
  const response = await fetch(node.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': app.key, 'x-access-token': accessToken },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const register = (accessToken: string, more: Record<string, unknown> = {}) =>
  send(PATH, accessToken, { post_token: post.token, endpoint: hook.url, identification_key: KEY, ...more })

/** A person writes. */
async function say(from: fixture.UserFixture, text: string): Promise<void> {
  const { status } = await hostClient(node)('POST', `/conversations/${conversationId}/messages`, {
    sender: from.hostId,
    text,
  })
  expect(status).toBe(200)
}

const heard = (at: WebhookReceiver, count: number) =>
  waitFor(() => (at.received.length >= count ? at.received : undefined))

describe('§4 the older subscription: notify/chat/post-conversations', () => {
  test('what is said about the post comes to its own URL, under its own key, in the older form', async () => {
    const { accessToken } = await consent(readScope(), `CONVERSATION_SEND_MESSAGE.${conversationId}`)
    expect(await register(accessToken)).toEqual({ status: 200, body: {} })
    await say(buyer, 'Is Monday possible?')
    await send(`/v2/open-platform/conversations/${conversationId}/messages`, accessToken, {
      message: 'It is.',
    })
    const [question, reply] = await heard(hook, 2)

    const owner = { id: userIds.toPublic(app.id, seller.id), is_supply: true }
    const asker = { id: userIds.toPublic(app.id, buyer.id), is_supply: false }
    const sentAt = expect.any(Number)
    const metadata = { title: 'Two rooms, sunny', category: 'apartment-rent', post_token: post.token }
    expect(question?.json).toEqual({
      type: 'CHAT_MESSAGE',
      timestamp: sentAt,
      payload: {
        id: expect.any(String),
        type: 'TEXT',
        data: { text: 'Is Monday possible?' },
        sender: asker,
        receiver: owner,
        metadata,
        sent_at: sentAt,
      },
    })
    expect(reply?.json).toMatchObject({
      payload: { data: { text: 'It is.' }, sender: owner, receiver: asker, metadata },
    })
    for (const { body, headers } of hook.received) {
      const event = JSON.parse(body) as OlderMessageEvent
      expect(Value.Errors(OlderMessageEvent, event)).toEqual([])
      expect(event.timestamp).toBe(event.payload.sent_at)
      // Microseconds, of this year.
      expect(new Date(event.timestamp / 1000).getUTCFullYear()).toBe(new Date().getUTCFullYear())
      expect(headers.authorization).toBe(KEY)
      expect(headers['content-type']).toBe('application/json')
      expect(headers['webhook-signature']).toMatch(/^v1,/)
    }
  })

  test('only text is told of', async () => {
    const { accessToken } = await consent(readScope())
    await register(accessToken)
    const { status } = await hostClient(node)('POST', `/conversations/${conversationId}/messages`, {
      sender: buyer.hostId,
      location: { latitude: 35.7, longitude: 51.4 },
    })
    expect(status).toBe(200)
    await say(buyer, 'here')
    const [first] = await heard(hook, 1)
    expect(first?.json).toMatchObject({ payload: { type: 'TEXT', data: { text: 'here' } } })
  })

  test('it needs no events URL, and stands beside a subscription at one', async () => {
    const { accessToken } = await consent(readScope())
    expect((await register(accessToken)).status).toBe(200)
    await using events = await startWebhookReceiver()
    await node.db
      .updateTable('endpoints')
      .set({ url: events.url })
      .where('app_id', '=', app.id)
      .where('kind', '=', 'events')
      .execute()
    const subscribed = await send('/v1/open-platform/events/subscriptions', accessToken, {
      event_type: 'NEW_MESSAGE_ON_POST',
      event_resource_id: post.token,
    })
    expect(subscribed.status).toBe(200)
    await say(buyer, 'to both')
    const [older] = await heard(hook, 1)
    const [present] = await heard(events, 1)
    expect([older?.json.type, present?.json.type]).toEqual(['CHAT_MESSAGE', 'NEW_MESSAGE'])
    expect([older?.headers.authorization, present?.headers.authorization]).toEqual([KEY, 'key-of-the-app'])
  })

  test('the same post again replaces URL and key; other posts have their own', async () => {
    const other = await fixture.addPost(node.db, seller.id)
    const { accessToken } = await consent(readScope(), `CHAT_POST_CONVERSATIONS_READ.${other.token}`)
    await register(accessToken)
    await using second = await startWebhookReceiver()
    await register(accessToken, { endpoint: second.url, identification_key: 'second' })
    await register(accessToken, { post_token: other.token })
    await say(buyer, 'to the second')
    const [told] = await heard(second, 1)
    expect(told?.headers.authorization).toBe('second')
    expect(hook.received).toEqual([])
    conversationId = await fixture.addConversation(node.db, other, seller.id, buyer.id)
    await say(buyer, 'to the first')
    expect((await heard(hook, 1))[0]?.json).toMatchObject({
      payload: { metadata: { post_token: other.token } },
    })
    const endpoints = await node.db
      .selectFrom('endpoints')
      .select('kind')
      .where('app_id', '=', app.id)
      .execute()
    expect(endpoints.map(({ kind }) => kind).toSorted()).toEqual([
      'events',
      'post_conversations',
      'post_conversations',
    ])
  })

  test('it ends with the token, and with the consent', async () => {
    const { accessToken, grantId } = await consent(readScope())
    await register(accessToken)
    const alive = async () =>
      (
        await node.db
          .selectFrom('subscriptions')
          .select(['ended_at', 'expires_at'])
          .where('app_id', '=', app.id)
          .execute()
      )[0]
    const token = await node.db
      .selectFrom('access_tokens')
      .select('expires_at')
      .where('grant_id', '=', grantId)
      .executeTakeFirstOrThrow()
    expect(await alive()).toEqual({ ended_at: null, expires_at: token.expires_at })
    const revoked = await fetch(`${node.url}/me/v1/grants/${grantId}`, {
      method: 'DELETE',
      headers: { cookie: seller.cookie, origin: node.url },
    })
    expect(revoked.status).toBe(200)
    expect((await alive())?.ended_at).toBeInstanceOf(Date)
    expect((await register(accessToken)).status).toBe(401)
  })

  test.each([
    ['nothing', {}, ['post_token', 'endpoint', 'identification_key']],
    [
      'wrong types',
      { post_token: 1, endpoint: {}, identification_key: [] },
      ['post_token', 'endpoint', 'identification_key'],
    ],
    ['no post token', { post_token: '../x' }, ['post_token']],
    ['no URL', { endpoint: 'app.example/hook' }, ['endpoint']],
    ['another scheme', { endpoint: 'ftp://app.example/hook' }, ['endpoint']],
    ['a URL with a password', { endpoint: 'https://u:p@app.example/hook' }, ['endpoint']],
    ['a URL that is too long', { endpoint: `https://app.example/${'x'.repeat(2048)}` }, ['endpoint']],
    ['a URL of too many bytes', { endpoint: `https://app.example/${'آ'.repeat(1100)}` }, ['endpoint']],
    ['a key with a space', { identification_key: '<some secret>' }, ['identification_key']],
    ['a key that is too long', { identification_key: 'x'.repeat(201) }, ['identification_key']],
    ['a key with a line break', { identification_key: 'x\r\ny' }, ['identification_key']],
  ])('%s is 400, naming every field', async (what, fields, wrong) => {
    const { accessToken } = await consent('USER_ID')
    const given = { post_token: post.token, endpoint: hook.url, identification_key: KEY }
    const reply = await send(PATH, accessToken, what === 'nothing' ? {} : { ...given, ...fields })
    expect(reply).toMatchObject({ status: 400, body: { code: 3 } })
    const [{ field_violations }] = reply.body.details as [{ field_violations: { field: string }[] }]
    expect(field_violations.map(({ field }) => field)).toEqual(wrong)
  })

  test('the URL keeps the rules of where this server may call', async () => {
    await using strict = await startTestServer({
      database: node.database,
      config: { mode: 'production', egressAllow: [], egressPorts: [{ from: 443, to: 443 }] },
    })
    const { accessToken } = await consent(readScope())
    const refused = async (endpoint: string) => {
      const response = await fetch(strict.url + PATH, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': app.key, 'x-access-token': accessToken },
        body: JSON.stringify({ post_token: post.token, endpoint, identification_key: KEY }),
      })
      return response.status
    }
    const refusals = [
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://169.254.169.254/',
      'https://a.example:22/',
    ]
    for (const url of refusals) expect([url, await refused(url)]).toEqual([url, 400])
    expect(await refused('https://app.example/hook')).toBe(200)
  })

  test('one scope alone allows it, and only the post’s owner', async () => {
    const { accessToken } = await consent('CHAT_SUPPLIER_ALL_CONVERSATIONS_READ')
    expect(await register(accessToken)).toMatchObject({
      status: 403,
      body: {
        code: 7,
        details: [{ reason: 'SCOPE_MISSING', metadata: { scope: readScope() } }, helpDetail('SCOPE_MISSING')],
      },
    })
    const notMine = await fixture.addGrant(node.db, app.id, buyer.id, [
      readScope(),
      'CHAT_POST_CONVERSATIONS_READ.nothing',
    ])
    expect(await register(notMine.accessToken)).toMatchObject({
      status: 403,
      body: { details: [{ reason: 'POST_NOT_OWNED' }, helpDetail('POST_NOT_OWNED')] },
    })
    expect(await register(notMine.accessToken, { post_token: 'nothing' })).toMatchObject({ status: 404 })
  })

  test('a development app hears of development posts only', async () => {
    post = await fixture.addPost(node.db, seller.id, { development: false })
    const { accessToken } = await consent(readScope())
    expect(await register(accessToken)).toMatchObject({
      status: 403,
      body: { details: [{ reason: 'DEVELOPMENT_POSTS_ONLY' }, helpDetail('DEVELOPMENT_POSTS_ONLY')] },
    })
  })

  test('a URL that said 410 is tried again when it is registered again', async () => {
    const { accessToken } = await consent(readScope())
    await register(accessToken)
    answer = 410
    await say(buyer, 'lost')
    const disabled = () =>
      node.db
        .selectFrom('endpoints')
        .select(['state', 'revision'])
        .where('app_id', '=', app.id)
        .where('kind', '=', 'post_conversations')
        .executeTakeFirstOrThrow()
    await waitFor(async () => (await disabled()).state === 'disabled')
    answer = 200
    expect((await register(accessToken)).status).toBe(200)
    expect((await disabled()).state).toBe('enabled')
    await say(buyer, 'found')
    await waitFor(() => hook.received.some(({ body }) => body.includes('found')))
  })

  test('registrations at once leave one subscription alive', async () => {
    const { accessToken } = await consent(readScope())
    const keys = Array.from({ length: 10 }, (_, i) => `key-${i % 3}`)
    const replies = await Promise.all(keys.map((key) => register(accessToken, { identification_key: key })))
    expect(replies.map(({ status }) => status)).toEqual(keys.map(() => 200))
    const living = await node.db
      .selectFrom('subscriptions')
      .select('id')
      .where('app_id', '=', app.id)
      .where('ended_at', 'is', null)
      .execute()
    expect(living).toHaveLength(1)
  })

  test('an endpoint goes once nothing names it any more, and no other does', async () => {
    const { accessToken } = await consent(readScope())
    await register(accessToken, { identification_key: 'unused' })
    await register(accessToken)
    await say(buyer, 'kept')
    await heard(hook, 1)
    await node.db
      .updateTable('endpoints')
      .set({ created_at: new Date(0) })
      .where('app_id', '=', app.id)
      .execute()
    const left = async () =>
      (
        await node.db
          .selectFrom('endpoints')
          .select('identification_key')
          .where('app_id', '=', app.id)
          .orderBy('identification_key')
          .execute()
      ).map(({ identification_key }) => identification_key)
    const prune = () => prunePostConversationsEndpoints(node.db, new AbortController().signal)
    await prune()
    expect(await left()).toEqual([KEY, 'unused', null])
    await node.db
      .deleteFrom('subscriptions')
      .where('app_id', '=', app.id)
      .where('ended_at', 'is not', null)
      .execute()
    await prune()
    expect(await left()).toEqual([KEY, null])
    await waitFor(async () => {
      const { rows } = await node.database.pool.query('select from delivery_history')
      return rows.length > 0
    })
    await node.db.deleteFrom('subscriptions').where('app_id', '=', app.id).execute()
    await prune()
    expect(await left(), 'its deliveries are still to be seen').toEqual([KEY, null])
  })
})
