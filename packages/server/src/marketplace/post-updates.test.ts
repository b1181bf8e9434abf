import { randomUUID } from 'node:crypto'
import { PostUpdateEvent } from '@charsu/protocol/events'
import * as Value from 'typebox/value'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../testing/webhook-receiver.ts'

const POST = { category: 'light', city: 'tehran', district: 'vanak', title: 'یک', data: { usage: 1 } }

describe('§5 POST_UPDATE: what a seller’s apps hear of posts', () => {
  let node: TestServer
  let host: HostClient
  let receiver: WebhookReceiver
  let answer: (index: number) => WebhookAnswer
  let seller: fixture.UserFixture
  let app: fixture.AppFixture
  let grant: fixture.GrantFixture

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
  })
  afterAll(() => node.close())
  beforeEach(async () => {
    answer = () => 200
    receiver = await startWebhookReceiver((_call, index) => answer(index))
    seller = await fixture.addUser(node.db)
    app = await fixture.addApp(node.db, seller.id, { eventsUrl: receiver.url, development: false })
    await node.database.pool.query(
      `insert into app_scopes (app_id, name, approved_at) values ($1, 'USER_POSTS_GET', now())`,
      [app.id],
    )
    await node.database.pool.query(
      `insert into app_permissions (app_id, name, approved_at) values ($1, 'EVENTS_REGISTER_SUBSCRIPTION', now())`,
      [app.id],
    )
    grant = await fixture.addGrant(node.db, app.id, seller.id, ['USER_POSTS_GET'])
  })
  afterEach(() => receiver.close())

  const subscribe = async (resource?: string, metadata: object = {}, by = { app, grant }): Promise<void> => {
    const { status } = await fetch(`${node.url}/v1/open-platform/events/subscriptions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': by.app.key,
        authorization: `Bearer ${by.grant.accessToken}`,
      },
      body: JSON.stringify({ event_type: 'POST_UPDATE', event_resource_id: resource, metadata }),
    })
    expect(status).toBe(200)
  }
  const newToken = (): string => randomUUID().replaceAll('-', '').slice(0, 16)
  const put = async (token: string, fields: object): Promise<void> => {
    expect(await host('PUT', `/posts/${token}`, fields)).toMatchObject({ status: 200 })
  }
  const queued = async (): Promise<number> => {
    const { rows } = await node.database.pool.query('select count(*)::int as n from delivery_queue')
    return rows[0].n
  }
  const told = async (
    count: number,
  ): Promise<{ metadata: object; post_update: { type: string; post: Record<string, unknown> } }[]> => {
    await waitFor(async () => receiver.received.length >= count && (await queued()) === 0)
    return receiver.received.map(({ json }) => json as never)
  }

  test('each state of a post’s life is told in order, with the post as it was then', async () => {
    await subscribe(undefined, { tenant: 4 })
    const token = newToken()
    await put(token, {
      owner: seller.hostId,
      ...POST,
      state: 'PAYMENT_REQ',
      business: { name: 'n', type: 'CAR' },
    })
    await put(token, { state: 'REVIEW_REQ' })
    await put(token, { state: 'PUBLISHED', is_phone_hidden: true })
    await put(token, { data: { usage: 2 } })
    await put(token, { state: 'RETIRED' })
    await put(token, { state: 'ARCHIVED' })
    const events = await told(6)
    for (const event of events) expect(Value.Errors(PostUpdateEvent, event)).toEqual([])
    expect(events.map(({ post_update }) => post_update.type)).toEqual([
      'ONGOING',
      'ONGOING',
      'PUBLISH',
      'PUBLISH',
      'RETIRE',
      'ARCHIVE',
    ])
    expect(events.map(({ metadata }) => metadata)).toEqual(events.map(() => ({ tenant: 4 })))
    const [paying, , published, edited, retired, archived] = events.map(({ post_update }) => post_update.post)
    const { title: _, ...seen } = POST
    expect(paying).toEqual({
      ...seen,
      token,
      state: 'PAYMENT_REQ',
      first_published_at: expect.any(String),
      last_modified_at: expect.any(String),
      chat_enabled: true,
      is_phone_hidden: false,
      business_data: { business_name: 'n', business_type: 'CAR' },
    })
    expect(published).toMatchObject({ state: 'PUBLISHED', is_phone_hidden: true, data: { usage: 1 } })
    expect(edited).toMatchObject({ state: 'PUBLISHED', data: { usage: 2 } })
    expect([retired, archived]).toEqual([{ token }, { token }])
  })

  test('what is removed while it is public is retired; DELETE removes', async () => {
    const token = newToken()
    await put(token, { owner: seller.hostId, ...POST })
    await subscribe(token)
    await host('DELETE', `/posts/${token}`)
    await host('DELETE', `/posts/${token}`)
    expect((await told(1)).map(({ post_update }) => post_update)).toEqual([
      { type: 'RETIRE', post: { token } },
    ])
  })

  test('what says nothing new sends nothing', async () => {
    const token = newToken()
    await put(token, { owner: seller.hostId, ...POST, last_modified_at: '2026-11-20T08:00:00Z' })
    await subscribe()
    await put(token, { ...POST, last_modified_at: '2026-11-20T08:00:00Z' })
    await host('POST', '/posts', { posts: [{ token, ...POST }] })
    expect(await queued()).toBe(0)
    await put(token, { title: 'دو' })
    expect(await told(1)).toHaveLength(1)
  })

  test('only the seller’s own apps hear of a post, each subscription with its own metadata', async () => {
    const [mine, other] = [newToken(), newToken()]
    await put(mine, { owner: seller.hostId, ...POST })
    await put(other, { owner: seller.hostId, ...POST })
    const stranger = await fixture.addUser(node.db)
    await subscribe(undefined, { all: true })
    await subscribe(mine, { one: true })
    await put(newToken(), { owner: stranger.hostId, ...POST })
    await put(mine, { title: 'changed' })
    await put(other, { title: 'changed' })
    const events = await told(3)
    const heard = events.map(({ metadata, post_update }) => [
      post_update.post.token,
      Object.keys(metadata)[0],
    ])
    expect(heard.toSorted()).toEqual(
      [
        [mine, 'all'],
        [mine, 'one'],
        [other, 'all'],
      ].toSorted(),
    )
  })

  test('the bytes are the same over retries, whatever becomes of the post meanwhile; the next waits its turn', async () => {
    answer = (index) => (index < 2 ? 500 : 200)
    const token = newToken()
    await put(token, { owner: seller.hostId, ...POST })
    await subscribe()
    await put(token, { title: 'first', data: { n: 1 } })
    for (const attempts of [1, 2]) {
      await waitFor(() => receiver.received.length === attempts)
      await put(token, { title: `later ${attempts}`, data: { n: 1 + attempts } })
      await waitFor(async () => {
        const { rowCount } = await node.database.pool.query(
          'update delivery_queue set due_at = clock_timestamp() where due_at > clock_timestamp()',
        )
        return rowCount === 1
      })
    }
    const events = await told(5)
    expect(events.map(({ post_update }) => post_update.post.data)).toEqual(
      [1, 1, 1, 2, 3].map((n) => ({ n })),
    )
    const [one, two, three] = receiver.received
    expect([two!.body, three!.body]).toEqual([one!.body, one!.body])
    expect(two!.headers['webhook-id']).toBe(one!.headers['webhook-id'])
    expect(receiver.received[3]!.headers['webhook-id']).not.toBe(one!.headers['webhook-id'])
  })

  test('consent taken back ends it: nothing new, and what waits is cancelled', async () => {
    answer = () => 500
    const token = newToken()
    await put(token, { owner: seller.hostId, ...POST })
    await subscribe()
    await put(token, { title: 'a' })
    await put(token, { title: 'b' })
    await waitFor(() => receiver.received.length === 1)
    await fetch(`${node.url}/me/v1/grants/${grant.grantId}`, {
      method: 'DELETE',
      headers: { cookie: seller.cookie, 'sec-fetch-site': 'same-origin' },
    })
    await put(token, { title: 'c' })
    await waitFor(async () => {
      await node.database.pool.query(
        'update delivery_queue set due_at = clock_timestamp() where due_at is not null',
      )
      return (await queued()) === 0
    })
    const { rows } = await node.database.pool.query(
      'select state, reason from delivery_history where endpoint_id = $1',
      [app.endpointId],
    )
    expect(rows).toEqual([1, 2].map(() => ({ state: 'cancelled', reason: 'grant_revoked' })))
    expect(receiver.received).toHaveLength(1)
  })

  test('nobody hears of the posts of someone who is blacklisted', async () => {
    const token = newToken()
    await put(token, { owner: seller.hostId, ...POST })
    await subscribe()
    await host('PUT', `/users/${seller.hostId}`, { blacklisted: true })
    await put(token, { title: 'changed' })
    expect(await queued()).toBe(0)
  })

  test('§12: an app in development hears of development posts alone', async () => {
    const inDevelopment = await fixture.addApp(node.db, seller.id, { eventsUrl: receiver.url })
    const consent = await fixture.addGrant(node.db, inDevelopment.id, seller.id, ['USER_POSTS_GET'])
    const [real, tried] = [newToken(), newToken()]
    await put(real, { owner: seller.hostId, ...POST, development: false })
    await put(tried, { owner: seller.hostId, ...POST, development: true })
    await subscribe(undefined, {}, { app: inDevelopment, grant: consent })
    await put(real, { title: 'changed' })
    await put(tried, { title: 'changed' })
    expect((await told(1)).map(({ post_update }) => post_update.post.token)).toEqual([tried])
  })

  test('1,000 posts changed at once are told of once each; one bad row, and none is', async () => {
    await subscribe()
    const run = randomUUID().slice(0, 8)
    const posts = Array.from({ length: 1000 }, (_, i) => ({
      token: `${run}_${i}`,
      owner: seller.hostId,
      title: `${i}`,
    }))
    const broken = [...posts.slice(0, 999), { token: posts[999]!.token, owner: 'nobody' }]
    expect(await host('POST', '/posts', { posts: broken })).toMatchObject({ status: 400 })
    expect(await queued()).toBe(0)
    expect(await host('POST', '/posts', { posts })).toMatchObject({ body: { created: 1000 } })
    const events = await told(1000)
    const tokens = events.map(({ post_update }) => post_update.post.token)
    expect(tokens.toSorted()).toEqual(posts.map(({ token }) => token).toSorted())
  })
})
