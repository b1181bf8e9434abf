import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('host API: apps', () => {
  let node: TestServer
  let host: HostClient
  let developer: fixture.UserFixture
  let app: fixture.AppFixture
  let post: { id: string; token: string }

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
    developer = await fixture.addUser(node.db, { developer: true })
    post = await fixture.addPost(node.db, developer.id)
  })
  beforeEach(async () => {
    app = await fixture.addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    await node.db
      .insertInto('app_scopes')
      .values({ app_id: app.id, name: 'USER_PHONE', approved_at: null })
      .execute()
    await node.db.updateTable('apps').set({ submitted_at: new Date() }).where('id', '=', app.id).execute()
  })
  afterAll(() => node.close())

  const decide = (body: unknown, slug = app.slug) => host('PUT', `/apps/${slug}/approval`, body)
  const readPost = async () =>
    (
      await fetch(`${node.url}/v1/open-platform/finder/post/${post.token}`, {
        headers: { 'x-api-key': app.key },
      })
    ).status

  test('are listed with what they ask for and what of it is approved', async () => {
    const { body } = await host('GET', '/apps')
    const { apps, has_more } = body as { apps: { slug: string }[]; has_more: boolean }
    expect(has_more).toBe(false)
    expect(apps.find(({ slug }) => slug === app.slug)).toEqual({
      slug: app.slug,
      display_name: `App ${app.slug}`,
      description: '',
      avatar_url: null,
      owner: developer.hostId,
      development: true,
      scopes: [{ name: 'USER_PHONE', approved: false }],
      permissions: [],
      submitted_at: expect.any(String),
      created_at: expect.any(String),
      limits: {
        per_minute: { limit: null, is_default: true, used: null, resets_at: expect.any(String) },
        per_day: { limit: null, is_default: true, used: null, resets_at: expect.any(String) },
      },
    })
    const slugs = apps.map(({ slug }) => slug)
    expect(slugs).toEqual([...slugs].sort())
    const after = await host('GET', `/apps?after=${slugs.at(-1)}`)
    expect(after).toEqual({ status: 200, body: { apps: [], has_more: false } })
  })

  test('an approval takes the app into production with these names and no others', async () => {
    const answer = await decide({
      approved: true,
      scopes: ['USER_ID', 'USER_ID', 'OFFLINE_ACCESS'],
      permissions: ['GET_POST'],
    })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        development: false,
        submitted_at: null,
        scopes: [
          { name: 'USER_ID', approved: true },
          { name: 'USER_PHONE', approved: false },
          { name: 'offline_access', approved: true },
        ],
        permissions: [{ name: 'GET_POST', approved: true }],
      },
    })
    const later = await decide({ approved: true, scopes: ['USER_PHONE'], permissions: [] })
    expect(later).toMatchObject({
      body: {
        scopes: [
          { name: 'USER_ID', approved: false },
          { name: 'USER_PHONE', approved: true },
          { name: 'offline_access', approved: false },
        ],
        permissions: [{ name: 'GET_POST', approved: false }],
      },
    })
  })

  test('a subscription ends with the scope that it needs, and not before', async () => {
    const ALL = 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'
    const OF_POST = 'CHAT_POST_CONVERSATIONS_READ'
    const { id: postId } = await fixture.addPost(node.db, developer.id)
    const { grantId } = await fixture.addGrant(node.db, app.id, developer.id, [ALL])
    const ofAll = await fixture.addSubscription(node.db, app, developer.id, grantId)
    const ofPost = await fixture.addSubscription(node.db, app, developer.id, grantId, { postId })
    const aliveAfter = async (scopes: string[]) => {
      await decide({ approved: true, scopes, permissions: [] })
      const rows = await node.db
        .selectFrom('subscriptions')
        .select('id')
        .where('app_id', '=', app.id)
        .where('ended_at', 'is', null)
        .orderBy('id')
        .execute()
      return rows.map(({ id }) => id)
    }
    expect(await aliveAfter([ALL])).toEqual([ofAll, ofPost])
    expect(await aliveAfter([OF_POST, 'USER_ID'])).toEqual([ofPost])
    expect(await aliveAfter(['USER_ID'])).toEqual([])
  })

  test('a decision counts at once for keys that are in use, and taking it back ends everything', async () => {
    const grant = await fixture.addGrant(node.db, app.id, developer.id, ['USER_ID'])
    const subscription = await fixture.addSubscription(node.db, app, developer.id, grant.grantId)
    expect(await readPost()).toBe(200)
    await decide({ approved: true, scopes: [], permissions: [] })
    expect(await readPost()).toBe(403)
    await decide({ approved: true, scopes: [], permissions: ['GET_POST'] })
    expect(await readPost()).toBe(200)
    expect(await decide({ approved: false })).toMatchObject({
      status: 200,
      body: { development: false, permissions: [{ name: 'GET_POST', approved: false }] },
    })
    expect(await readPost()).toBe(403)
    const { ended_at } = await node.db
      .selectFrom('subscriptions')
      .select('ended_at')
      .where('id', '=', subscription)
      .executeTakeFirstOrThrow()
    expect(ended_at).toBeInstanceOf(Date)
  })

  test('a consent given in development shrinks to the scopes that the host approves', async () => {
    const { accessToken } = await fixture.addGrant(node.db, app.id, developer.id, ['USER_ID', 'USER_PHONE'])
    const seen = async () => {
      const headers = { 'x-api-key': app.key, 'x-access-token': accessToken }
      const answer = await fetch(`${node.url}/v1/open-platform/users`, { headers })
      return [answer.status, Object.keys((await answer.json()) as object)]
    }
    expect(await seen()).toEqual([200, ['user_id', 'phone_numbers']])
    await decide({ approved: true, scopes: ['USER_ID'], permissions: ['USER_RETRIEVE'] })
    expect(await seen()).toEqual([200, ['user_id']])
    await decide({ approved: true, scopes: [], permissions: ['USER_RETRIEVE'] })
    expect(await seen()).toMatchObject([403, expect.anything()])
  })

  test('a development app that is declined stays one, its request answered', async () => {
    expect(await decide({ approved: false })).toMatchObject({
      status: 200,
      body: { development: true, submitted_at: null },
    })
    expect(await readPost()).toBe(200)
  })

  test('unknown names are named with the nearest real one', async () => {
    const answer = await decide({
      approved: true,
      scopes: ['USER_PHON', 'CONVERSATION_SEND_MESSAGE.62c8'],
      permissions: ['GET_POSTT', 'nonsense'],
    })
    expect(answer).toMatchObject(
      badFields({
        'scopes[0]': expect.stringContaining('USER_PHONE'),
        'scopes[1]': expect.stringContaining('CONVERSATION_SEND_MESSAGE'),
        'permissions[0]': expect.stringContaining('GET_POST'),
        'permissions[1]': expect.stringContaining('assets/permission'),
      }),
    )
  })

  test.each([
    ['no decision', {}, { approved: expect.stringContaining('required') }],
    [
      'no lists',
      { approved: true },
      { scopes: expect.stringContaining('required'), permissions: expect.stringContaining('required') },
    ],
    [
      'lists that are none',
      { approved: true, scopes: 'USER_ID', permissions: [1] },
      { scopes: expect.stringContaining('array'), 'permissions[0]': expect.stringContaining('string') },
    ],
  ])('%s is 400', async (_name, body, fields) => {
    expect(await decide(body)).toMatchObject(badFields(fields))
  })

  test('an unknown app is 404, a wrong key 401', async () => {
    expect(await decide({ approved: false }, 'no-such-app')).toMatchObject({ status: 404, body: { code: 5 } })
    expect(await decide({ approved: true, scopes: [], permissions: [] }, 'x%00')).toMatchObject({
      status: 400,
    })
    expect(await hostClient(node, 'z'.repeat(40))('GET', '/apps')).toMatchObject({ status: 401 })
  })
})
