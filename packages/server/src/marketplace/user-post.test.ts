import { UserPost } from '@charsu/protocol/posts'
import * as Value from 'typebox/value'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('§8 GET user-post: a post as its owner’s app reads it', () => {
  let node: TestServer
  let host: HostClient
  let app: fixture.AppFixture
  let seller: fixture.UserFixture
  let token: string

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
    app = await fixture.addApp(node.db, (await fixture.addUser(node.db)).id)
  })
  afterAll(() => node.close())
  beforeEach(async () => {
    seller = await fixture.addUser(node.db)
    token = (await fixture.addPost(node.db, seller.id)).token
  })

  const read = async (
    post = token,
    by: { app?: fixture.AppFixture; scopes?: string[]; as?: string } = {},
  ) => {
    const key = by.app ?? app
    const existing = await node.db
      .deleteFrom('grants')
      .where('app_id', '=', key.id)
      .where('user_id', '=', by.as ?? seller.id)
      .executeTakeFirst()
    expect(existing).toBeDefined()
    const scopes = by.scopes ?? ['USER_POSTS_GET']
    const { accessToken } = await fixture.addGrant(node.db, key.id, by.as ?? seller.id, scopes)
    const answer = await fetch(`${node.url}/v1/open-platform/user-post/${post}`, {
      headers: { 'x-api-key': key.key, authorization: `Bearer ${accessToken}` },
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  test('holds exactly the public fields, the required ones also where the host said nothing', async () => {
    const { status, body } = await read()
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        state: 'POST_STATE_PUBLISHED',
        general_data: {
          category_slug: '',
          title: '',
          description: '',
          images: [],
          city: '',
          location_type: 'LOCATION_TYPE_EMPTY',
          hide_phone: false,
          chat_enabled: true,
        },
        category_data: {},
      },
    })
    expect(Value.Errors(UserPost, body)).toEqual([])
  })

  test('holds all that the host says of the post', async () => {
    await host('PUT', `/posts/${token}`, {
      category: 'apartment-sell',
      city: 'tehran',
      district: 'abshar',
      title: 'دو خوابه',
      images: ['https://images.example/1.jpg'],
      is_phone_hidden: true,
      chat_enabled: false,
      data: { description: 'نورگیر', size: 85, nested: { rooms: [1] } },
      location: { latitude: 35.7152, longitude: 51.4043, type: 'APPROXIMATE' },
      video: { name: 'raw/1.mp4', thumbnail_name: 'thumbnail/1.jpg', duration: 34 },
      business: { name: 'Kamran', type: 'REAL_ESTATE' },
    })
    const { body } = await read()
    expect(body).toEqual({
      state: 'POST_STATE_PUBLISHED',
      general_data: {
        category_slug: 'apartment-sell',
        title: 'دو خوابه',
        description: 'نورگیر',
        images: ['https://images.example/1.jpg'],
        city: 'tehran',
        district: 'abshar',
        location_type: 'LOCATION_TYPE_APPROXIMATE',
        latitude: 35.7152,
        longitude: 51.4043,
        hide_phone: true,
        chat_enabled: false,
        video: { name: 'raw/1.mp4', thumbnail_name: 'thumbnail/1.jpg', duration: '34' },
      },
      category_data: { size: 85, nested: { rooms: [1] } },
      business_data: { business_name: 'Kamran', business_type: 'REAL_ESTATE' },
    })
    expect(Value.Errors(UserPost, body)).toEqual([])
  })

  test.each([
    ['PUBLISHED', '', 'POST_STATE_PUBLISHED'],
    ['PUBLISHED', 'no price', 'POST_STATE_PUBLISHED_AND_EDIT_REJECTED'],
    ['REVIEW_REQ', '', 'POST_STATE_WAITING_FOR_REVIEW'],
    ['REVIEW_REQ', 'no price', 'POST_STATE_WAITING_FOR_EDIT'],
    ['PAYMENT_REQ', '', 'POST_STATE_WAITING_FOR_PAYMENT'],
    ['RETIRED', '', 'POST_STATE_RETIRED'],
  ])('%s with the reason %j is %s, published before or not', async (state, reject_reason, expected) => {
    await host('PUT', `/posts/${token}`, { state, reject_reason })
    const { body } = await read()
    expect(body.state).toBe(expected)
    expect(body.reject_reason).toBe(reject_reason || undefined)
  })

  test('a removed post is gone for its owner’s app too', async () => {
    await host('DELETE', `/posts/${token}`)
    expect(await read()).toMatchObject({ status: 404, body: { code: 5 } })
  })

  test('a post of somebody else and one that does not exist are refused alike; a wrong token is 400', async () => {
    const foreign = await fixture.addPost(node.db, (await fixture.addUser(node.db)).id)
    for (const post of [foreign.token, 'nosuchpost']) {
      const refused = await read(post)
      expect(refused).toMatchObject({ status: 403, body: { code: 7 } })
      expect(refused.body.message).toContain(`the post ${post} is none of the user’s`)
    }
    expect(await read('a.b')).toMatchObject({ status: 400, body: { code: 3 } })
  })

  test('key, token and scope are each needed', async () => {
    const noScope = await read(token, { scopes: ['USER_ID'] })
    expect(noScope).toMatchObject({ status: 403, body: { code: 7 } })
    expect(noScope.body.message).toContain('USER_POSTS_GET')
    const weak = await fixture.addApp(node.db, seller.id, { permissions: ['GET_POST'] })
    const noPermission = await read(token, { app: weak })
    expect(noPermission).toMatchObject({ status: 403 })
    expect(noPermission.body.message).toContain('GET_USER_POST')
    const answer = await fetch(`${node.url}/v1/open-platform/user-post/${token}`, {
      headers: { 'x-api-key': app.key },
    })
    expect(answer.status).toBe(401)
  })

  test('§12: an app in development reads development posts alone', async () => {
    const real = await fixture.addPost(node.db, seller.id, { development: false })
    const refused = await read(real.token)
    expect(refused).toMatchObject({ status: 403, body: { code: 7 } })
    expect(refused.body.message).toContain('development')
  })
})
