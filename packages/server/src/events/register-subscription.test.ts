import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const ALL = 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'

describe('wire contract §4: subscribe to events', () => {
  let node: TestServer
  let app: fixture.AppFixture
  let seller: fixture.UserFixture
  let post: { id: string; token: string }
  let foreignPost: { id: string; token: string }

  beforeAll(async () => {
    node = await startTestServer()
  })
  afterAll(() => node.close())
  beforeEach(async () => {
    seller = await fixture.addUser(node.db)
    post = await fixture.addPost(node.db, seller.id)
    foreignPost = await fixture.addPost(node.db, (await fixture.addUser(node.db)).id)
    app = await fixture.addApp(node.db, seller.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  })

  const subscribe = async (
    body: unknown,
    token: string | undefined,
    key: string = app.key,
  ): Promise<{ status: number; body: { code?: number; message?: string } }> => {
    const answer = await fetch(`${node.url}/v1/open-platform/events/subscriptions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': key,
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as { code?: number } }
  }
  const grant = (...scopes: string[]) => fixture.addGrant(node.db, app.id, seller.id, scopes)
  const alive = () =>
    node.db
      .selectFrom('subscriptions')
      .selectAll()
      .where('app_id', '=', app.id)
      .where('ended_at', 'is', null)
      .orderBy('created_at')
      .execute()

  test('lives as long as the access token it was made with, and keeps metadata for the echo', async () => {
    const { accessToken, tokenId, grantId } = await grant(ALL)
    const answer = await subscribe(
      { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: post.token, metadata: { a: ['سلام', 1] } },
      accessToken,
    )
    expect(answer).toEqual({ status: 200, body: {} })
    const token = await node.db
      .selectFrom('access_tokens')
      .select('expires_at')
      .where('id', '=', tokenId)
      .executeTakeFirstOrThrow()
    expect(await alive()).toMatchObject([
      {
        user_id: seller.id,
        event_type: 'NEW_MESSAGE_ON_POST',
        post_id: post.id,
        endpoint_id: app.endpointId,
        grant_id: grantId,
        metadata: { a: ['سلام', 1] },
        expires_at: token.expires_at,
      },
    ])
  })

  test('the same subscription again ends the old row and begins another, also when both come at once', async () => {
    const { accessToken } = await grant(ALL)
    const bodies = Array.from({ length: 8 }, (_, i) => ({
      event_type: 'NEW_MESSAGE_ON_POST',
      meta_data: { i },
    }))
    const answers = await Promise.all(bodies.map((body) => subscribe(body, accessToken)))
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200))
    const rows = await node.db.selectFrom('subscriptions').selectAll().where('app_id', '=', app.id).execute()
    expect(rows).toHaveLength(bodies.length)
    expect(rows.filter(({ ended_at }) => ended_at === null)).toHaveLength(1)
    await subscribe({ event_type: 'NEW_MESSAGE_ON_POST', metadata: { last: true } }, accessToken)
    expect(await alive()).toMatchObject([{ metadata: { last: true } }])
  })

  test('other types and resources stand beside each other', async () => {
    const { accessToken } = await grant(ALL, 'USER_POSTS_GET')
    for (const event_type of ['NEW_MESSAGE_ON_POST', 'POST_UPDATE']) {
      for (const event_resource_id of [undefined, '', post.token]) {
        expect((await subscribe({ event_type, event_resource_id }, accessToken)).status).toBe(200)
      }
    }
    expect(await alive()).toHaveLength(4)
  })

  test('each type and resource needs its own scope, which the refusal names', async () => {
    const cases: [scopes: string[], type: string, resource: string | undefined, missing: string][] = [
      [['USER_ID'], 'NEW_MESSAGE_ON_POST', undefined, ALL],
      [[`CHAT_POST_CONVERSATIONS_READ.${post.token}`], 'NEW_MESSAGE_ON_POST', undefined, ALL],
      [['USER_ID'], 'NEW_MESSAGE_ON_POST', post.token, `CHAT_POST_CONVERSATIONS_READ.${post.token}`],
      [[ALL], 'POST_UPDATE', undefined, 'USER_POSTS_GET'],
      [[ALL], 'POST_UPDATE', post.token, 'USER_POSTS_GET'],
    ]
    for (const [scopes, event_type, event_resource_id, missing] of cases) {
      const { accessToken, grantId } = await grant(...scopes)
      const answer = await subscribe({ event_type, event_resource_id }, accessToken)
      expect(answer).toMatchObject({ status: 403, body: { code: 7 } })
      expect(answer.body.message).toContain(missing)
      await node.db.deleteFrom('grants').where('id', '=', grantId).execute()
    }
    const { accessToken } = await grant(`CHAT_POST_CONVERSATIONS_READ.${post.token}`)
    const body = { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: post.token }
    expect((await subscribe(body, accessToken)).status).toBe(200)
  })

  test('a post of somebody else and a post that does not exist are refused alike', async () => {
    const { accessToken } = await grant(ALL, 'USER_POSTS_GET')
    for (const event_type of ['NEW_MESSAGE_ON_POST', 'POST_UPDATE']) {
      for (const event_resource_id of [foreignPost.token, 'nosuchpost']) {
        const answer = await subscribe({ event_type, event_resource_id }, accessToken)
        expect(answer).toMatchObject({ status: 403, body: { code: 7 } })
      }
    }
    expect(await alive()).toEqual([])
  })

  test('without an events URL it is 412 that says so', async () => {
    const { accessToken } = await grant(ALL)
    await node.db.updateTable('endpoints').set({ url: null }).where('app_id', '=', app.id).execute()
    const answer = await subscribe({ event_type: 'NEW_MESSAGE_ON_POST' }, accessToken)
    expect(answer).toMatchObject({ status: 412, body: { code: 9 } })
    expect(answer.body.message).toContain('events URL')
  })

  test('what cannot be read is 400 and names the field', async () => {
    const { accessToken } = await grant(ALL)
    const bodies: [body: unknown, field: string][] = [
      [{}, 'event_type'],
      [{ event_type: 'NEW_MESAGE_ON_POST' }, 'event_type'],
      [{ event_type: 'NEW_MESSAGE_ON_POST', metadata: [] }, 'metadata'],
      [{ event_type: 'NEW_MESSAGE_ON_POST', metadata: { a: 'x'.repeat(4096) } }, 'metadata'],
      [{ event_type: 'NEW_MESSAGE_ON_POST', metadata: { a: '\0' } }, 'metadata'],
      [{ event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: 'no such token!' }, 'event_resource_id'],
    ]
    for (const [body, field] of bodies) {
      const answer = await subscribe(body, accessToken)
      expect(answer).toMatchObject({ status: 400, body: { code: 3 } })
      expect(answer.body.message).toContain(field)
    }
  })

  test('key, permission, token and its revocation are each checked', async () => {
    const { accessToken, grantId } = await grant(ALL)
    const body = { event_type: 'NEW_MESSAGE_ON_POST' }
    const weak = await fixture.addApp(node.db, seller.id, { permissions: ['USER_RETRIEVE'] })
    expect((await subscribe(body, accessToken, 'ck_unknown')).status).toBe(401)
    expect((await subscribe(body, accessToken, weak.key)).status).toBe(403)
    expect((await subscribe(body, undefined)).status).toBe(401)
    expect((await subscribe(body, accessToken)).status).toBe(200)
    // Cached as alive on this node: the transaction itself must notice.
    await node.db.updateTable('grants').set({ revoked_at: new Date() }).where('id', '=', grantId).execute()
    expect((await subscribe(body, accessToken)).status).toBe(401)
  })
})
