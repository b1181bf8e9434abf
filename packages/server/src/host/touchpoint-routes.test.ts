import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const PUBLIC_URL = 'https://charsu.example'

interface Listed {
  apps: { slug: string; open_url: string }[]
  has_more: boolean
}

describe('§11 touchpoints: the apps of a place', () => {
  let node: TestServer
  let host: HostClient
  let seller: fixture.UserFixture
  let developer: fixture.UserFixture
  let real: { id: string; token: string }
  let trial: { id: string; token: string }

  beforeAll(async () => {
    node = await startTestServer({ config: { mode: 'production', publicUrl: PUBLIC_URL } })
    host = hostClient(node)
    seller = await fixture.addUser(node.db)
    developer = await fixture.addUser(node.db, { developer: true })
    real = await fixture.addPost(node.db, seller.id, { development: false })
    trial = await fixture.addPost(node.db, developer.id)
  })
  afterAll(() => node.close())

  async function offer(
    touchpoint: string,
    app: {
      owner?: fixture.UserFixture
      approved?: boolean
      operation?: string
      sessionUrl?: boolean
      chats?: boolean
    } = {},
  ) {
    const {
      owner = developer,
      approved = true,
      operation = 'START_CHAT_BOT',
      sessionUrl = false,
      chats = true,
    } = app
    const made = await fixture.addApp(node.db, owner.id, {
      development: !approved,
      ...(sessionUrl && { sessionInitializationUrl: 'https://app.example/start' }),
    })
    if (approved) {
      await node.db
        .insertInto('app_scopes')
        .values({ app_id: made.id, name: 'USER_ID', approved_at: new Date() })
        .execute()
      await node.db
        .insertInto('app_permissions')
        .values({
          app_id: made.id,
          name: chats ? 'CHAT_BOT_SEND_MESSAGE' : 'GET_POST',
          approved_at: new Date(),
        })
        .execute()
    }
    await node.db
      .insertInto('app_touchpoints')
      .values({ app_id: made.id, touchpoint, operation, fallback_url: null })
      .execute()
    return made.slug
  }

  const listed = async (touchpoint: string, query: Record<string, string> = {}): Promise<Listed> => {
    const { status, body } = await host('GET', `/touchpoints/${touchpoint}?${new URLSearchParams(query)}`)
    expect([status, body]).toEqual([200, { apps: expect.any(Array), has_more: expect.any(Boolean) }])
    return body as Listed
  }
  const slugs = async (touchpoint: string, query: Record<string, string> = {}) =>
    (await listed(touchpoint, query)).apps.map(({ slug }) => slug)

  test('each with its name, picture, operation, and the link that opens it', async () => {
    const slug = await offer('MY_POST')
    await node.db
      .updateTable('apps')
      .set({ avatar_url: 'https://app.example/a.png', display_name: 'برنامه' })
      .where('slug', '=', slug)
      .execute()
    const { apps, has_more } = await listed('MY_POST', { post_token: real.token })
    expect(has_more).toBe(false)
    expect(apps).toEqual([
      {
        slug,
        display_name: 'برنامه',
        description: '',
        avatar_url: 'https://app.example/a.png',
        operation: 'START_CHAT_BOT',
        development: false,
        open_url: `${PUBLIC_URL}/open/${slug}?touchpoint=MY_POST&post_token=${real.token}`,
      },
    ])
  })

  test('an app that nobody approved, that is shut out, or that could not be opened is left out', async () => {
    const shown = await offer('DEMAND_POST')
    await offer('DEMAND_POST', { approved: false })
    const shut = await offer('DEMAND_POST')
    for (const table of ['app_scopes', 'app_permissions']) {
      await node.database.pool.query(
        `update ${table} set approved_at = null where app_id = (select id from apps where slug = $1)`,
        [shut],
      )
    }
    await offer('DEMAND_POST', { operation: 'LOAD_WEBVIEW_SERVER_LINK' })
    await offer('DEMAND_POST', { chats: false })
    const asked = await offer('DEMAND_POST', { operation: 'LOAD_WEBVIEW_SERVER_LINK', sessionUrl: true })
    expect(await slugs('DEMAND_POST', { post_token: real.token })).toEqual([shown, asked].toSorted())
  })

  test('§12: on a development post, the apps of its owner and of the developer who looks at it', async () => {
    const another = await fixture.addUser(node.db, { developer: true })
    const owners = await offer('DEMAND_POST', { approved: false })
    const viewers = await offer('DEMAND_POST', { approved: false, owner: another })
    const at = async (post: { token: string }, user?: fixture.UserFixture) => {
      const found = await slugs('DEMAND_POST', { post_token: post.token, ...(user && { user: user.hostId }) })
      return [owners, viewers].filter((slug) => found.includes(slug))
    }
    expect(await at(trial)).toEqual([owners])
    expect(await at(trial, another)).toEqual([owners, viewers])
    expect(await at(real)).toEqual([])
    expect(await at(real, another)).toEqual([])
  })

  test('§12: where there is no post, a development app is offered to its developer alone', async () => {
    const mine = await offer('MY_DIVAR', { approved: false })
    const everybodys = await offer('MY_DIVAR')
    expect(await slugs('MY_DIVAR')).toEqual([everybodys])
    expect(await slugs('MY_DIVAR', { user: seller.hostId })).toEqual([everybodys])
    expect(await slugs('MY_DIVAR', { user: developer.hostId })).toEqual([mine, everybodys].toSorted())
  })

  test('to a person who could open nothing there nothing is offered', async () => {
    const slug = await offer('MY_POST')
    const chat = await offer('CHAT')
    const stranger = await fixture.addUser(node.db)
    const blacklisted = await fixture.addUser(node.db, { blacklisted: true })
    const conversationId = await fixture.addConversation(node.db, real, seller.id, stranger.id)
    const post_token = real.token
    expect(await slugs('MY_POST', { post_token, user: seller.hostId })).toContain(slug)
    for (const [touchpoint, query] of [
      ['MY_POST', { post_token, user: stranger.hostId }],
      ['DEMAND_POST', { post_token, user: seller.hostId }],
      ['DIVAR_PRO', { user: blacklisted.hostId }],
      ['CHAT', { conversation_id: conversationId, user: developer.hostId }],
    ] as [string, Record<string, string>][]) {
      expect(await slugs(touchpoint, query)).toEqual([])
    }
    const { apps } = await listed('CHAT', {
      conversation_id: conversationId.toUpperCase(),
      user: seller.hostId,
    })
    expect(apps).toMatchObject([
      {
        slug: chat,
        open_url: `${PUBLIC_URL}/open/${chat}?touchpoint=CHAT&conversation_id=${conversationId}`,
      },
    ])
    expect((await listed('CHAT')).apps).toMatchObject([
      { open_url: `${PUBLIC_URL}/open/${chat}?touchpoint=CHAT` },
    ])
  })

  test('a post that is not there to be seen has no apps', async () => {
    const retired = await fixture.addPost(node.db, seller.id, { state: 'RETIRED', development: false })
    const removed = await fixture.addPost(node.db, seller.id, { state: 'ARCHIVED', development: false })
    await offer('DEMAND_POST')
    expect(await slugs('DEMAND_POST', { post_token: retired.token })).toEqual([])
    expect(await slugs('MY_POST', { post_token: removed.token })).toEqual([])
    expect((await slugs('MY_POST', { post_token: retired.token })).length).toBeGreaterThan(0)
  })

  test('by slug, 100 at a time', async () => {
    for (let i = 0; i < 101; i++) await offer('DIVAR_PRO')
    const first = await listed('DIVAR_PRO')
    expect([first.apps.length, first.has_more]).toEqual([100, true])
    const rest = await listed('DIVAR_PRO', { after: first.apps.at(-1)!.slug })
    expect([rest.apps.length, rest.has_more]).toEqual([1, false])
    const all = [...first.apps, ...rest.apps].map(({ slug }) => slug)
    expect(all).toEqual(all.toSorted())
  })

  test.each([
    ['/touchpoints/MY_POST', badFields({ post_token: expect.stringContaining('required') })],
    ['/touchpoints/MY_POST?post_token=', badFields({ post_token: expect.stringContaining('required') })],
    ['/touchpoints/MY_POST?post_token=..%2f', badFields({ post_token: expect.any(String) })],
    ['/touchpoints/CHAT?conversation_id=x', badFields({ conversation_id: expect.stringContaining('UUID') })],
    [
      '/touchpoints/CHAT?conversation_id=one&conversation_id=another&user=a&user=b',
      badFields({ conversation_id: expect.any(String), user: expect.any(String) }),
    ],
    ['/touchpoints/MY_POST?post_token=nobodys', { status: 404 }],
    [`/touchpoints/CHAT?conversation_id=${crypto.randomUUID()}`, { status: 404 }],
    ['/touchpoints/MY_DIVAR?user=nobody', { status: 404 }],
    [
      '/touchpoints/MY_POSTS',
      { status: 404, body: { message: expect.stringContaining('Did you mean "MY_POST"?') } },
    ],
  ])('%s names what is wrong', async (path, expected) => {
    expect(await host('GET', path)).toMatchObject(expected)
  })
})
