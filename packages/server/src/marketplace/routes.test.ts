import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('wire contract §8: users and posts', () => {
  let node: TestServer
  let host: HostClient
  let app: fixture.AppFixture
  let user: fixture.UserFixture

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
    const developer = await fixture.addUser(node.db, { developer: true })
    app = await fixture.addApp(node.db, developer.id)
  })
  beforeEach(async () => {
    user = await fixture.addUser(node.db, { phone: '09121234567' })
  })
  afterAll(() => node.close())

  const call = async (path: string, headers: Record<string, string | undefined>) => {
    const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const answer = await fetch(`${node.url}/v1/open-platform${path}`, { headers: Object.fromEntries(given) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const tokenWith = async (...scopes: string[]) =>
    (await fixture.addGrant(node.db, app.id, user.id, scopes)).accessToken
  const asUser = async (path: string, ...scopes: string[]) =>
    call(path, { 'x-api-key': app.key, authorization: `Bearer ${await tokenWith(...scopes)}` })

  describe('GET users', () => {
    test('shows what the scopes show, no more', async () => {
      const id = { user_id: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/) }
      const phone = { phone_number: '09121234567', phone_numbers: ['09121234567'] }
      expect(await asUser('/users', 'USER_ID', 'USER_PHONE')).toEqual({
        status: 200,
        body: { ...id, ...phone },
      })
      user = await fixture.addUser(node.db, { phone: '09121234567' })
      expect(await asUser('/users', 'USER_ID')).toEqual({ status: 200, body: id })
      user = await fixture.addUser(node.db, { phone: '09121234567' })
      expect(await asUser('/users', 'USER_PHONE', 'SEND_EVENT')).toEqual({ status: 200, body: phone })
      user = await fixture.addUser(node.db)
      expect(await asUser('/users', 'USER_PHONE')).toEqual({ status: 200, body: { phone_numbers: [] } })
    })

    test('an id is stable for an app, differs between apps, and is not the user’s own', async () => {
      const first = await asUser('/users', 'USER_ID')
      await node.db
        .updateTable('grants')
        .set({ revoked_at: new Date() })
        .where('user_id', '=', user.id)
        .execute()
      expect(await asUser('/users', 'USER_ID')).toEqual(first)
      const other = await fixture.addApp(node.db, user.id)
      const { accessToken } = await fixture.addGrant(node.db, other.id, user.id, ['USER_ID'])
      const elsewhere = await call('/users', { 'x-api-key': other.key, 'x-access-token': accessToken })
      expect(elsewhere.body.user_id).not.toBe(first.body.user_id)
      expect([user.id, user.hostId]).not.toContain(first.body.user_id)
    })

    test('neither scope is 403 naming both', async () => {
      expect(await asUser('/users', 'SEND_EVENT')).toMatchObject({
        status: 403,
        body: { code: 7, message: expect.stringMatching(/USER_ID.*USER_PHONE/) },
      })
    })
  })

  describe('GET finder/post', () => {
    const finder = (token: string, key: string | undefined = app.key) =>
      call(`/finder/post/${token}`, { 'x-api-key': key })

    test('has every public field, empty ones too', async () => {
      const full = (await fixture.addPost(node.db, user.id)).token
      const times = {
        first_published_at: '2026-03-21T08:30:00.000Z',
        last_modified_at: '2026-03-22T08:30:00.000Z',
      }
      const fields = { category: 'light', city: 'tehran', district: 'abshar', data: { year: 1390 } }
      await host('PUT', `/posts/${full}`, { ...fields, ...times, is_phone_hidden: true })
      expect(await finder(full)).toEqual({
        status: 200,
        body: { token: full, state: 'PUBLISHED', chat_enabled: true, ...fields, ...times },
      })
      const bare = (await fixture.addPost(node.db, user.id)).token
      expect(await finder(bare)).toEqual({
        status: 200,
        body: {
          token: bare,
          state: 'PUBLISHED',
          category: '',
          city: '',
          district: '',
          data: {},
          first_published_at: expect.any(String),
          last_modified_at: expect.any(String),
          chat_enabled: true,
        },
      })
    })

    test('a post stays hidden before its first publication and once removed, and is known in between', async () => {
      const { token } = await fixture.addPost(node.db, user.id, { state: 'REVIEW_REQ' })
      const unknown = { status: 404, body: { code: 5, message: expect.stringContaining(token) } }
      expect(await finder(token)).toMatchObject(unknown)
      for (const state of ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ', 'RETIRED']) {
        await host('PUT', `/posts/${token}`, { state })
        expect(await finder(token)).toMatchObject({ status: 200, body: { state } })
      }
      await host('PUT', `/posts/${token}`, { state: 'ARCHIVED' })
      expect(await finder(token)).toMatchObject(unknown)
    })

    test('unknown posts are 404, impossible tokens 400', async () => {
      expect(await finder('nothing')).toMatchObject({ status: 404, body: { code: 5 } })
      expect(await finder('a-b')).toMatchObject({ status: 400, body: { code: 3 } })
      expect(await finder('a%00b')).toMatchObject({ status: 400, body: { code: 3 } })
      expect(await finder('x'.repeat(17))).toMatchObject({ status: 400, body: { code: 3 } })
    })
  })

  describe('GET finder/user-posts', () => {
    test('lists the user’s own posts that are or come to be published, newest first', async () => {
      const tokens: string[] = []
      for (const state of ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ', 'RETIRED', 'ARCHIVED']) {
        tokens.push((await fixture.addPost(node.db, user.id, { state, title: state })).token)
      }
      const images = ['https://images.example/1.jpg']
      await host('PUT', `/posts/${tokens[0]}`, { images, category: 'light', is_phone_hidden: true })
      await fixture.addPost(node.db, (await fixture.addUser(node.db)).id)
      expect(await asUser('/finder/user-posts', 'USER_POSTS_GET')).toEqual({
        status: 200,
        body: {
          posts: [
            { token: tokens[2], title: 'PAYMENT_REQ', images: [], category: '', is_phone_hidden: false },
            { token: tokens[1], title: 'REVIEW_REQ', images: [], category: '', is_phone_hidden: false },
            { token: tokens[0], title: 'PUBLISHED', images, category: 'light', is_phone_hidden: true },
          ],
        },
      })
    })

    test('at most 500, the newest', async () => {
      await fixture.addPost(node.db, user.id, { title: 'the oldest' })
      const tokens = Array.from({ length: 500 }, (_, i) => `many_${i}`)
      const posts = tokens.map((token) => ({ token, owner: user.hostId, title: token }))
      expect(await host('POST', '/posts', { posts })).toMatchObject({ body: { created: 500 } })
      const { body } = await asUser('/finder/user-posts', 'USER_POSTS_GET')
      const listed = (body.posts as { token: string }[]).map(({ token }) => token)
      expect(listed.toSorted()).toEqual(tokens.toSorted())
    })

    test('of a user without posts is an empty list', async () => {
      expect(await asUser('/finder/user-posts', 'USER_POSTS_GET')).toEqual({
        status: 200,
        body: { posts: [] },
      })
    })

    test('without USER_POSTS_GET is 403 naming it', async () => {
      expect(await asUser('/finder/user-posts', 'USER_ID')).toMatchObject({
        status: 403,
        body: { code: 7, message: expect.stringContaining('USER_POSTS_GET') },
      })
    })
  })

  test.each([
    ['/users', 'USER_RETRIEVE'],
    ['/finder/user-posts', 'GET_USER_POSTS'],
    ['/finder/post/nothing', 'GET_POST'],
  ])('GET %s refuses no key, an unknown key, and one without %s', async (path, permission) => {
    expect(await call(path, {})).toMatchObject({ status: 401, body: { code: 16 } })
    expect(await call(path, { 'x-api-key': 'ck_unknown' })).toMatchObject({ status: 401 })
    const poor = await fixture.addApp(node.db, user.id, {
      permissions: fixture.ALL_PERMISSIONS.filter((name) => name !== permission),
    })
    expect(await call(path, { 'x-api-key': poor.key })).toMatchObject({
      status: 403,
      body: { code: 7, message: expect.stringContaining(permission) },
    })
  })

  test.each(['/users', '/finder/user-posts'])(
    'GET %s refuses no token, an unknown, a revoked and another app’s token',
    async (path) => {
      const withToken = (token?: string) => call(path, { 'x-api-key': app.key, 'x-access-token': token })
      expect(await withToken()).toMatchObject({ status: 401, body: { code: 16 } })
      expect(await withToken('ca_unknown')).toMatchObject({ status: 401, body: { code: 16 } })
      const grant = await fixture.addGrant(node.db, app.id, user.id, ['USER_ID', 'USER_POSTS_GET'])
      await node.db
        .updateTable('grants')
        .set({ revoked_at: new Date() })
        .where('id', '=', grant.grantId)
        .execute()
      expect(await withToken(grant.accessToken)).toMatchObject({ status: 401, body: { code: 16 } })
      const other = await fixture.addApp(node.db, user.id)
      const foreign = await fixture.addGrant(node.db, other.id, user.id, ['USER_ID', 'USER_POSTS_GET'])
      expect(await withToken(foreign.accessToken)).toMatchObject({ status: 401, body: { code: 16 } })
    },
  )
})
