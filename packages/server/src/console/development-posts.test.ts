import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient, refusal, wrongFields } from '../../testing/console-client.ts'
import { hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

interface Post {
  token: string
  title: string
  state: string
  created_at: string
}

const POSTS = '/development-posts'

describe('§12 limits: development posts', () => {
  let node: TestServer
  let developer: fixture.UserFixture
  let seller: fixture.UserFixture
  let call: ConsoleClient

  beforeAll(async () => {
    node = await startTestServer({ config: { dispatcher: false } })
    seller = await fixture.addUser(node.db, { phone: '09121234567' })
  })
  beforeEach(async () => {
    developer = await fixture.addUser(node.db, { developer: true })
    call = consoleClient(node.url, developer.cookie)
  })
  afterAll(() => node.close())

  const copy = (post_token: string) => call<Post>('POST', POSTS, { post_token })
  const list = async () => (await call<{ posts: Post[]; limit: number }>('GET', POSTS)).body
  const retire = (token: string) => call<Post>('POST', `${POSTS}/${token}/retire`)

  test('a published post is copied with what everybody may read, under a token and an owner of its own', async () => {
    const host = hostClient(node)
    const token = `t${crypto.randomUUID().slice(0, 8)}`
    await host('PUT', `/posts/${token}`, {
      owner: seller.hostId,
      development: false,
      title: 'آپارتمان',
      category: 'apartment-sell',
      city: 'tehran',
      district: 'abshar',
      images: ['https://images.example/1.jpg'],
      is_phone_hidden: false,
      chat_enabled: false,
      data: { size: 85 },
      location: { latitude: 35.7, longitude: 51.4, type: 'EXACT' },
      reject_reason: 'something',
      business: { name: 'Seller & sons', type: 'REAL_ESTATE' },
    })
    const answer = await copy(token)
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        token: expect.stringMatching(/^dev_[0-9a-f]{12}$/),
        title: 'آپارتمان',
        category: 'apartment-sell',
        city: 'tehran',
        state: 'PUBLISHED',
        created_at: expect.any(String),
      },
    ])
    const row = await node.db
      .selectFrom('posts')
      .selectAll()
      .where('token', '=', answer.body.token)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      owner_id: developer.id,
      development: true,
      for_development: true,
      state: 'PUBLISHED',
      chat_enabled: true,
      is_phone_hidden: true,
      district: 'abshar',
      images: ['https://images.example/1.jpg'],
      data: { size: 85 },
      location: {},
      business: {},
      reject_reason: '',
    })
    expect(JSON.stringify(row)).not.toContain('0912')
    expect(await list()).toEqual({ posts: [answer.body], limit: 10 })
  })

  test('a post of one’s own is copied in any state; of others only what is published', async () => {
    const own = await fixture.addPost(node.db, developer.id, { state: 'REVIEW_REQ', development: false })
    expect((await copy(own.token)).body).toMatchObject({ state: 'PUBLISHED' })
    const removed = await fixture.addPost(node.db, developer.id, { state: 'ARCHIVED' })
    const review = await fixture.addPost(node.db, seller.id, { state: 'REVIEW_REQ' })
    const retired = await fixture.addPost(node.db, seller.id, { state: 'RETIRED' })
    for (const { token } of [removed, review, retired, { token: 'nobodys' }]) {
      expect(refusal(await copy(token))).toEqual([404, 5, 'POST_UNKNOWN'])
    }
    for (const token of ['', '../x', 'x'.repeat(17)]) {
      expect(Object.keys(wrongFields(await copy(token)))).toEqual(['post_token'])
    }
    expect((await list()).posts).toHaveLength(1)
  })

  test('at most 10 are active, however many are made at once; a retired one makes room', async () => {
    const source = await fixture.addPost(node.db, seller.id, { development: false })
    const answers = await Promise.all(Array.from({ length: 14 }, () => copy(source.token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(refusal(answer)).toEqual([429, 8, 'TOO_MANY_DEVELOPMENT_POSTS'])
    }
    const { posts } = await list()
    expect(posts).toHaveLength(10)
    const first = posts[0]!.token
    expect((await retire(first)).body).toMatchObject({ token: first, state: 'RETIRED' })
    expect((await retire(first)).status).toBe(200)
    expect((await copy(source.token)).status).toBe(200)
    expect((await copy(source.token)).status).toBe(429)
    expect((await list()).posts.at(-1)).toMatchObject({ token: first, state: 'RETIRED' })
  })

  test('another developer’s post, and one that is no development post, are nobody’s to retire', async () => {
    const other = await fixture.addPost(node.db, seller.id)
    const real = await fixture.addPost(node.db, developer.id, { development: false })
    for (const token of [other.token, real.token, 'nobodys', '%00', "' or 1=1"]) {
      const answer = await retire(encodeURIComponent(token))
      expect([token, ...refusal(answer)]).toEqual([token, 404, 5, 'POST_UNKNOWN'])
    }
    const states = await node.db
      .selectFrom('posts')
      .select('state')
      .where('token', 'in', [other.token, real.token])
      .execute()
    expect(states).toEqual([{ state: 'PUBLISHED' }, { state: 'PUBLISHED' }])
  })

  test('§5: the developer’s apps hear that it is published, and that it is retired', async () => {
    const app = await fixture.addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    const { grantId } = await fixture.addGrant(node.db, app.id, developer.id, ['USER_POSTS_GET'])
    const id = await fixture.addSubscription(node.db, app, developer.id, grantId)
    await node.db
      .updateTable('subscriptions')
      .set({ event_type: 'POST_UPDATE', development_only: true })
      .where('id', '=', id)
      .execute()
    const source = await fixture.addPost(node.db, seller.id, { development: false })
    const { token } = (await copy(source.token)).body
    await retire(token)
    const { rows } = await node.database.pool.query(
      `select f.payload ->> 'type' as type, f.payload -> 'post' ->> 'token' as token
       from delivery_queue q join event_facts f on f.id = q.source_id where q.endpoint_id = $1 order by q.id`,
      [app.endpointId],
    )
    expect(rows).toEqual([
      { type: 'PUBLISH', token },
      { type: 'RETIRE', token },
    ])
  })
})
