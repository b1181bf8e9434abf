import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail } from '../packages/server/testing/help-page.ts'
import { type HostClient, hostClient } from '../packages/server/testing/host-client.ts'
import * as fixture from '../packages/server/testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../packages/server/testing/test-server.ts'
import { waitFor } from '../packages/server/testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../packages/server/testing/webhook-receiver.ts'

interface Party {
  post: { id: string; token: string }
  conversationId: string
}

describe('§12 limits: development apps act on development posts only', () => {
  let node: TestServer
  let hook: WebhookReceiver
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  /** About a development post. */
  let trial: Party
  /** About any other. */
  let real: Party

  beforeAll(async () => {
    node = await startTestServer()
    hook = await startWebhookReceiver()
    seller = await fixture.addUser(node.db)
    buyer = await fixture.addUser(node.db)
    const party = async (development: boolean): Promise<Party> => {
      const post = await fixture.addPost(node.db, seller.id, { development })
      return { post, conversationId: await fixture.addConversation(node.db, post, seller.id, buyer.id) }
    }
    trial = await party(true)
    real = await party(false)
  })
  afterAll(async () => {
    await node.close()
    await hook.close()
  })

  const scopesFor = ({ post, conversationId }: Party): string[] => [
    `CONVERSATION_SEND_MESSAGE.${conversationId}`,
    `CHAT_CONVERSATION_READ.${conversationId}`,
    `CHAT_POST_CONVERSATIONS_READ.${post.token}`,
    'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
    'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
    'USER_POSTS_GET',
    'SEND_EVENT',
  ]

  /** An app of this kind that holds everything, as one whose consents are older than a rule may. */
  async function appWith(development: boolean) {
    const app = await fixture.addApp(node.db, seller.id, { development, eventsUrl: hook.url })
    const scopes = [...scopesFor(trial), ...scopesFor(real)]
    const names = [...new Set(scopes.map((scope) => scope.split('.', 1)[0]!))]
    const approved_at = new Date()
    await node.db
      .insertInto('app_scopes')
      .values(names.map((name) => ({ app_id: app.id, name, approved_at })))
      .execute()
    await node.db
      .insertInto('app_permissions')
      .values(fixture.ALL_PERMISSIONS.map((name) => ({ app_id: app.id, name, approved_at })))
      .execute()
    const { accessToken } = await fixture.addGrant(node.db, app.id, seller.id, scopes)
    const call = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(node.url + path, {
        method,
        headers: {
          'x-api-key': app.key,
          authorization: `Bearer ${accessToken}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: (await answer.json()) as { details?: { reason?: string }[] } }
    }
    return { app, call }
  }
  type Call = Awaited<ReturnType<typeof appWith>>['call']

  const OPERATIONS: [string, (call: Call, party: Party) => ReturnType<Call>][] = [
    [
      'sending into a conversation',
      (call, { conversationId }) =>
        call('POST', `/v2/open-platform/conversations/${conversationId}/messages`, { message: 'hello' }),
    ],
    [
      'reading a conversation',
      (call, { conversationId }) => call('GET', `/v1/open-platform/chat/conversations/${conversationId}`),
    ],
    [
      'subscribing to a post',
      (call, { post }) =>
        call('POST', '/v1/open-platform/events/subscriptions', {
          event_type: 'NEW_MESSAGE_ON_POST',
          event_resource_id: post.token,
        }),
    ],
    [
      'subscribing to a post’s changes',
      (call, { post }) =>
        call('POST', '/v1/open-platform/events/subscriptions', {
          event_type: 'POST_UPDATE',
          event_resource_id: post.token,
        }),
    ],
    [
      'subscribing in the older way',
      (call, { post }) =>
        call('POST', '/v1/open-platform/notify/chat/post-conversations', {
          post_token: post.token,
          endpoint: hook.url,
          identification_key: 'key',
        }),
    ],
    [
      'a notice on a post',
      (call, { post }) =>
        call(
          'POST',
          `/experimental/open-platform/events/send?message=hi&target_type=POST&target_resource_id=${post.token}`,
        ),
    ],
    [
      'reading a post of the user',
      (call, { post }) => call('GET', `/v1/open-platform/user-post/${post.token}`),
    ],
  ]

  test.each(OPERATIONS)('%s: refused on any other post, though it was granted', async (_, operate) => {
    const { call } = await appWith(true)
    expect((await operate(call, trial)).status).toBe(200)
    expect(await operate(call, real)).toMatchObject({
      status: 403,
      body: {
        code: 7,
        message: expect.stringContaining('development'),
        details: [{ reason: 'DEVELOPMENT_POSTS_ONLY' }, helpDetail('DEVELOPMENT_POSTS_ONLY')],
      },
    })
  })

  test.each(OPERATIONS)('%s: open to a production app on both', async (_, operate) => {
    const { call } = await appWith(false)
    expect((await operate(call, trial)).status).toBe(200)
    expect((await operate(call, real)).status).toBe(200)
  })

  test('reading a post’s public data is open to every app; a list of the user’s posts holds development posts', async () => {
    const development = await appWith(true)
    const production = await appWith(false)
    const tokens = async (call: Call) =>
      (
        (await call('GET', '/v1/open-platform/finder/user-posts')).body as { posts: { token: string }[] }
      ).posts
        .map(({ token }) => token)
        .toSorted()
    expect((await development.call('GET', `/v1/open-platform/finder/post/${real.post.token}`)).status).toBe(
      200,
    )
    expect(await tokens(development.call)).toEqual([trial.post.token])
    expect(await tokens(production.call)).toEqual([trial.post.token, real.post.token].toSorted())
  })

  test('one subscription for all posts hears of development posts, and of all once the app is approved', async () => {
    const { app, call } = await appWith(true)
    const subscribed = await call('POST', '/v1/open-platform/events/subscriptions', {
      event_type: 'NEW_MESSAGE_ON_POST',
    })
    expect(subscribed.status).toBe(200)
    const host = hostClient(node)
    const say = (party: Party, text: string) =>
      host('POST', `/conversations/${party.conversationId}/messages`, { sender: buyer.hostId, text })
    const queued = async (party: Party) => {
      const { rows } = await node.database.pool.query(
        `select 1 from delivery_queue where endpoint_id = $1 and conversation_id = $2
         union all select 1 from delivery_history where endpoint_id = $1 and conversation_id = $2`,
        [app.endpointId, party.conversationId],
      )
      return rows.length
    }
    await say(real, 'not for trials')
    await say(trial, 'for trials')
    expect([await queued(real), await queued(trial)]).toEqual([0, 1])
    await waitFor(() => hook.received.some(({ body }) => body.includes('for trials')))

    const approved = await host('PUT', `/apps/${app.slug}/approval`, {
      approved: true,
      scopes: ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'],
      permissions: ['EVENTS_REGISTER_SUBSCRIPTION'],
    })
    expect(approved.status).toBe(200)
    await say(real, 'for all')
    expect(await queued(real)).toBe(1)
    await waitFor(() => hook.received.some(({ body }) => body.includes('for all')))
  })

  test('an approval and subscriptions made at that moment leave none that hears less than it may', async () => {
    for (let round = 0; round < 10; round++) {
      const { app, call } = await appWith(true)
      const subscribe = () =>
        call('POST', '/v1/open-platform/events/subscriptions', { event_type: 'NEW_MESSAGE_ON_POST' })
      const answers = await Promise.all([
        subscribe(),
        subscribe(),
        hostClient(node)('PUT', `/apps/${app.slug}/approval`, {
          approved: true,
          scopes: ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'],
          permissions: ['EVENTS_REGISTER_SUBSCRIPTION'],
        }),
        subscribe(),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      const alive = await node.db
        .selectFrom('subscriptions')
        .select('development_only')
        .where('app_id', '=', app.id)
        .where('ended_at', 'is', null)
        .execute()
      expect(alive).toEqual([{ development_only: false }])
    }
  })

  test('consent: a scope on any other post is invalid_scope, and says why', async () => {
    const back = 'http://localhost:9/callback'
    const ask = async (app: fixture.AppFixture, scope: string) => {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: app.slug,
        redirect_uri: back,
        scope,
      })
      const answer = await fetch(`${node.url}/oauth2/auth?${query}`, {
        headers: { cookie: seller.cookie },
        redirect: 'manual',
      })
      const location = answer.headers.get('location')
      return location === null ? answer.status : Object.fromEntries(new URL(location).searchParams)
    }
    const trialApp = await fixture.addApp(node.db, seller.id, { redirectUris: [back] })
    const realApp = await fixture.addApp(node.db, seller.id, { redirectUris: [back], development: false })
    for (const [name, of] of [
      ['CONVERSATION_SEND_MESSAGE', (party: Party) => party.conversationId],
      ['CHAT_POST_CONVERSATIONS_READ', (party: Party) => party.post.token],
    ] as const) {
      await node.db
        .insertInto('app_scopes')
        .values({ app_id: realApp.id, name, approved_at: new Date() })
        .execute()
      expect(await ask(trialApp, `${name}.${of(trial)}`)).toBe(200)
      expect(await ask(trialApp, `USER_ID ${name}.${of(real)}`)).toMatchObject({
        error: 'invalid_scope',
        error_description: expect.stringMatching(new RegExp(`^${name}\\.${of(real)}: .*in development`)),
      })
      expect(await ask(realApp, `${name}.${of(real)}`)).toBe(200)
    }
  })

  describe('which posts those are', () => {
    const newPost = async (host: HostClient, more: Record<string, unknown>) => {
      const token = `t${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`
      const made = await host('PUT', `/posts/${token}`, { owner: seller.hostId, ...more })
      expect(made.status).toBe(200)
      const row = await node.db
        .selectFrom('posts')
        .select(['development', 'for_development'])
        .where('token', '=', token)
        .executeTakeFirstOrThrow()
      return { token, ...row }
    }

    test('in development mode all but those said to be none; in production those said to be some', async () => {
      const production = await startTestServer({
        database: node.database,
        config: { mode: 'production', publicUrl: 'https://charsu.example' },
      })
      const kinds = async (host: HostClient) => [
        await newPost(host, {}),
        await newPost(host, { development: true }),
        await newPost(host, { development: false }),
      ]
      const expected = (unsaid: boolean) => [
        { development: false, for_development: unsaid },
        { development: true, for_development: true },
        { development: false, for_development: false },
      ]
      expect(await kinds(hostClient(node))).toMatchObject(expected(true))
      expect(await kinds(hostClient(production))).toMatchObject(expected(false))
      await production.close()
    })

    test('it never changes: the field is named, and nothing of the call is written', async () => {
      const host = hostClient(node)
      for (const development of [true, false]) {
        const { token } = await newPost(host, { development, title: 'before' })
        expect(await host('PUT', `/posts/${token}`, { development, title: 'after' })).toMatchObject({
          status: 200,
          body: { title: 'after' },
        })
        expect(
          await host('PUT', `/posts/${token}`, { development: !development, title: 'no' }),
        ).toMatchObject({
          status: 400,
          body: {
            details: [{ field_violations: [{ field: 'development' }] }, {}, helpDetail('INVALID_FIELDS')],
          },
        })
        expect(await host('GET', `/posts/${token}`)).toMatchObject({ body: { development, title: 'after' } })
      }
    })
  })
})
