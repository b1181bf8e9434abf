import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { AppAnswer } from '../../testing/clicked-app.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { openTouchpointBed, PUBLIC_URL, type TouchpointBed } from '../../testing/touchpoint-bed.ts'
import { writePageTemplates } from '../marketplace/page-templates.ts'

describe('§11 touchpoints: /open/{slug}', () => {
  let bed: TouchpointBed
  let node: TestServer
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let post: { id: string; token: string }
  let conversationId: string
  let appAt: TouchpointBed['appAt']
  let open: TouchpointBed['open']
  let clicksOf: TouchpointBed['clicksOf']

  beforeAll(async () => {
    bed = await openTouchpointBed()
    ;({ node, seller, buyer, post, conversationId, appAt, open, clicksOf } = bed)
  })
  afterEach(() => bed.stopApps())
  afterAll(() => node.close())

  const AT_POST = () => ({ touchpoint: 'MY_POST', post_token: post.token })

  test('LOAD_WEBVIEW_SERVER_LINK: the app is asked with the touchpoint as source, and its url opens', async () => {
    const { app, server } = await appAt({
      MY_POST: 'LOAD_WEBVIEW_SERVER_LINK',
      MY_DIVAR: 'LOAD_WEBVIEW_SERVER_LINK',
    })
    const opened = await open(app, AT_POST(), seller)
    expect([opened.status, opened.to]).toEqual([302, 'https://app.example/page'])
    expect(opened.headers.get('referrer-policy')).toBe('no-referrer')
    const back = `${PUBLIC_URL}/completion?to=MY_POST&post=${post.token}`
    const userId = bed.ids.toPublic(app.id, seller.id)
    const data = { extra_data: {}, provider_data: {} }
    const ways = { completion_url: back, return_url: back }
    expect(server.received[0]?.body).toEqual({
      source: 'MY_POST',
      post_token: post.token,
      user_side: 'SUPPLY',
      user_id: userId,
      ...data,
      ...ways,
    })
    await open(app, { touchpoint: 'MY_DIVAR', post_token: 'ignored!' }, seller)
    const home = `${PUBLIC_URL}/completion?to=MY_DIVAR`
    expect(server.received[1]?.body).toEqual({
      source: 'MY_DIVAR',
      user_id: userId,
      ...data,
      completion_url: home,
      return_url: home,
    })
    expect(await clicksOf(app)).toMatchObject([
      {
        touchpoint: 'MY_POST',
        button: 'MY_POST',
        action: 'LOAD_WEBVIEW_SERVER_LINK',
        outcome: 'opened',
        user_id: seller.id,
        message_id: null,
        notice_id: null,
        request: { body: { source: 'MY_POST' } },
      },
      { touchpoint: 'MY_DIVAR', outcome: 'opened' },
    ])
  })

  test('CHAT and DEMAND_POST say whose side the person is on; version 1 leaves nobody out', async () => {
    const { app, server } = await appAt({
      CHAT: 'LOAD_WEBVIEW_SERVER_LINK',
      DEMAND_POST: 'LOAD_WEBVIEW_SERVER_LINK',
    })
    await open(app, { touchpoint: 'CHAT', conversation_id: conversationId.toUpperCase() }, buyer)
    const back = `${PUBLIC_URL}/completion?conversation=${conversationId}`
    expect(server.received[0]?.body).toEqual({
      source: 'CHAT',
      post_token: post.token,
      conversation_id: conversationId,
      user_side: 'DEMAND',
      user_id: bed.ids.toPublic(app.id, buyer.id),
      extra_data: {},
      provider_data: {},
      completion_url: back,
      return_url: back,
    })
    await open(app, { touchpoint: 'DEMAND_POST', post_token: post.token }, buyer)
    expect(server.received[1]?.body).toMatchObject({ source: 'DEMAND_POST', user_side: 'DEMAND' })

    const older = await appAt(
      { MY_POST: 'LOAD_WEBVIEW_SERVER_LINK', CHAT: 'LOAD_WEBVIEW_SERVER_LINK' },
      { version: 1 },
    )
    await open(older.app, AT_POST(), seller)
    expect(older.server.received[0]?.headers).not.toHaveProperty('api-version')
    expect(older.server.received[0]?.body).toEqual({
      extra_data: { provider_data: {} },
      callback_url: `${PUBLIC_URL}/completion?to=MY_POST&post=${post.token}`,
      post_token: post.token,
      user_id: bed.ids.toPublic(older.app.id, seller.id),
      peer_id: '',
      supplier: { id: '' },
      demand: { id: '' },
    })
    await open(older.app, { touchpoint: 'CHAT', conversation_id: conversationId }, seller)
    expect(older.server.received[1]?.body).toMatchObject({
      user_id: bed.ids.toPublic(older.app.id, seller.id),
      peer_id: bed.ids.toPublic(older.app.id, buyer.id),
      supplier: { id: bed.ids.toPublic(older.app.id, seller.id) },
      demand: { id: bed.ids.toPublic(older.app.id, buyer.id) },
    })
  })

  test('LOAD_WEBVIEW_DIRECT_LINK: the fallback URL opens with our three parameters, the app is not called', async () => {
    const { app, server } = await appAt({ MY_POST: 'LOAD_WEBVIEW_DIRECT_LINK' })
    const opened = await open(app, AT_POST(), seller)
    const back = encodeURIComponent(`${PUBLIC_URL}/completion?to=MY_POST&post=${post.token}`)
    expect([opened.status, opened.to]).toEqual([
      302,
      `https://app.example/p?own=%2f&post_token=${post.token}&completion_url=${back}&return_url=${back}#top`,
    ])
    expect(server.received).toEqual([])
    expect(await clicksOf(app)).toMatchObject([
      { action: 'LOAD_WEBVIEW_DIRECT_LINK', outcome: 'opened', request: null },
    ])
  })

  test('nothing happens for what a browser fetches ahead, or a page embeds as something else', async () => {
    const { app, server } = await appAt({ MY_POST: 'LOAD_WEBVIEW_SERVER_LINK' })
    const fetches: Record<string, string>[] = [
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
      { 'sec-fetch-dest': 'image' },
      { 'sec-fetch-dest': 'empty' },
      { 'sec-fetch-dest': 'script' },
    ]
    for (const headers of fetches) {
      expect((await open(app, AT_POST(), seller, headers)).status).toBe(503)
    }
    expect(server.received).toEqual([])
    expect(await clicksOf(app)).toEqual([])
  })

  test('without a session the person goes to the host’s login page, and comes back to this very link', async () => {
    const { app } = await appAt({ MY_POST: 'LOAD_WEBVIEW_SERVER_LINK' })
    const unset = await open(app, AT_POST(), null)
    expect([unset.status, unset.page]).toEqual([503, expect.stringContaining('login_url')])
    await writePageTemplates(node.db, { login_url: 'https://market.example/login?then={return_to}' })
    const path = `/open/${app.slug}?${new URLSearchParams(AT_POST())}`
    const away = await open(app, AT_POST(), null)
    expect([away.status, new URL(away.to!).searchParams.get('then')]).toEqual([302, path])
    expect(await clicksOf(app)).toEqual([])
  })

  test('rights: each refusal is a page in the person’s language, recorded for the developer', async () => {
    const { app, server } = await appAt({
      MY_POST: 'LOAD_WEBVIEW_SERVER_LINK',
      DEMAND_POST: 'LOAD_WEBVIEW_SERVER_LINK',
      CHAT: 'LOAD_WEBVIEW_SERVER_LINK',
    })
    const stranger = await fixture.addUser(node.db)
    await node.db.updateTable('users').set({ locale: 'en' }).where('id', '=', stranger.id).execute()
    const blacklisted = await fixture.addUser(node.db, { blacklisted: true })
    const retired = await fixture.addPost(node.db, seller.id, { state: 'RETIRED' })
    const removed = await fixture.addPost(node.db, seller.id, { state: 'ARCHIVED' })
    const bot = await node.db
      .insertInto('conversations')
      .values({
        id: crypto.randomUUID(),
        type: 'BOT',
        post_id: null,
        post_token: null,
        supplier_id: null,
        demand_id: seller.id,
        app_id: app.id,
        last_xid: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const cases: [Record<string, string>, { cookie: string }, number, string][] = [
      [AT_POST(), stranger, 403, 'NOT_POST_OWNER'],
      [{ touchpoint: 'MY_POST', post_token: 'no_such_post' }, seller, 404, 'POST_UNKNOWN'],
      [{ touchpoint: 'MY_POST', post_token: removed.token }, seller, 404, 'POST_UNKNOWN'],
      [{ touchpoint: 'DEMAND_POST', post_token: post.token }, seller, 403, 'OWN_POST'],
      [{ touchpoint: 'DEMAND_POST', post_token: retired.token }, buyer, 404, 'POST_UNKNOWN'],
      [{ touchpoint: 'CHAT', conversation_id: conversationId }, stranger, 404, 'CONVERSATION_UNKNOWN'],
      [{ touchpoint: 'CHAT', conversation_id: crypto.randomUUID() }, seller, 404, 'CONVERSATION_UNKNOWN'],
      [{ touchpoint: 'CHAT', conversation_id: bot.id }, seller, 404, 'CONVERSATION_UNKNOWN'],
      [AT_POST(), blacklisted, 403, 'USER_BLACKLISTED'],
      [{ touchpoint: 'MY_DIVAR' }, seller, 404, 'NOT_OFFERED_HERE'],
    ]
    for (const [query, person, status, reason] of cases) {
      const opened = await open(app, query, person)
      const last = (await clicksOf(app)).at(-1)
      expect([query, opened.status, last?.outcome, last?.reason]).toEqual([query, status, 'failed', reason])
      expect(last?.detail).toMatch(/\w/)
      expect(opened.page).toContain(person === stranger ? 'dir="ltr"' : 'dir="rtl"')
    }
    expect((await open(app, AT_POST(), stranger)).page).toContain('Only the post’s owner')
    expect(server.received).toEqual([])
  })

  test('an app that the host has shut out does not open, and one that is not there is 404', async () => {
    const { app, server } = await appAt({ MY_POST: 'LOAD_WEBVIEW_SERVER_LINK' })
    await node.db.deleteFrom('app_scopes').where('app_id', '=', app.id).execute()
    await node.db.deleteFrom('app_permissions').where('app_id', '=', app.id).execute()
    expect((await open(app, AT_POST(), seller)).status).toBe(403)
    expect(await clicksOf(app)).toMatchObject([{ reason: 'APP_SHUT_OUT' }])
    expect(server.received).toEqual([])
    for (const slug of ['nobody-here', '..%2f..', 'x'.repeat(300), "';drop table apps"]) {
      expect((await open({ slug }, AT_POST(), seller)).status).toBe(404)
    }
  })

  test('a link that names no place is a page that says what is missing', async () => {
    const { app } = await appAt({ MY_POST: 'LOAD_WEBVIEW_SERVER_LINK' })
    for (const [query, missing] of [
      [{}, 'touchpoint'],
      [{ touchpoint: 'my_post', post_token: 'x' }, 'touchpoint'],
      [{ touchpoint: 'MY_POST' }, 'post_token'],
      [{ touchpoint: 'MY_POST', post_token: '<script>' }, 'post_token'],
      [{ touchpoint: 'CHAT', conversation_id: 'x' }, 'conversation_id'],
    ] as [Record<string, string>, string][]) {
      const opened = await open(app, query, seller)
      expect([query, opened.status]).toEqual([query, 400])
      expect(opened.page).toContain(missing)
      expect(opened.page).not.toContain('<script>')
    }
    expect(await clicksOf(app)).toEqual([])
  })

  test('an app that fails gives a page that says so, with the way back', async () => {
    const cases: [AppAnswer, number, string][] = [
      [{ status: 500 }, 502, 'NOT_2XX'],
      [{ body: {} }, 502, 'NO_URL'],
      [{ body: { url: 'javascript:alert(1)' } }, 502, 'BAD_URL'],
      [{ body: 'not json' }, 502, 'NOT_JSON'],
    ]
    for (const [answer, status, reason] of cases) {
      const { app } = await appAt({ MY_POST: 'LOAD_WEBVIEW_SERVER_LINK' }, { answer })
      const opened = await open(app, AT_POST(), seller)
      expect([opened.status, (await clicksOf(app))[0]?.reason]).toEqual([status, reason])
      expect(opened.page).toContain(`/completion?to=MY_POST&amp;post=${post.token}`)
      expect(opened.to).toBeNull()
    }
    const { app } = await appAt({ MY_POST: 'LOAD_WEBVIEW_SERVER_LINK' })
    await node.db
      .updateTable('apps')
      .set({ session_initialization_url: null })
      .where('id', '=', app.id)
      .execute()
    expect((await open(app, AT_POST(), seller)).status).toBe(502)
    expect(await clicksOf(app)).toMatchObject([
      { reason: 'NO_URL_SET', detail: expect.stringContaining('console') },
    ])
  })

  test('what the app says instead of a page is shown as text, and never as markup', async () => {
    const { app } = await appAt(
      { MY_POST: 'LOAD_WEBVIEW_SERVER_LINK' },
      { answer: { body: { text_message: '<b>سلام</b>' } } },
    )
    const opened = await open(app, AT_POST(), seller)
    expect(opened.status).toBe(200)
    expect(opened.page).toContain('&lt;b&gt;سلام&lt;/b&gt;')
    expect(await clicksOf(app)).toMatchObject([{ outcome: 'toast' }])
  })

  test('a url that is no ASCII opens as browsers take it', async () => {
    const { app } = await appAt(
      { MY_POST: 'LOAD_WEBVIEW_SERVER_LINK' },
      { answer: { body: { url: 'https://مثال.example/راه?a=ب' } } },
    )
    const opened = await open(app, AT_POST(), seller)
    expect([opened.status, opened.to]).toEqual([302, new URL('https://مثال.example/راه?a=ب').href])
  })

  test('a development app opens on development posts, and where there is none for its own developer', async () => {
    const developer = await fixture.addUser(node.db, { developer: true })
    const { app, server } = await appAt(
      {
        MY_POST: 'LOAD_WEBVIEW_SERVER_LINK',
        MY_DIVAR: 'LOAD_WEBVIEW_SERVER_LINK',
        CHAT: 'LOAD_WEBVIEW_SERVER_LINK',
      },
      { development: true, ownerId: developer.id },
    )
    const trial = await fixture.addPost(node.db, seller.id)
    const chat = await fixture.addConversation(node.db, trial, seller.id, buyer.id)
    const opens: [Record<string, string>, fixture.UserFixture][] = [
      [{ touchpoint: 'MY_POST', post_token: trial.token }, seller],
      [{ touchpoint: 'CHAT', conversation_id: chat }, buyer],
      [{ touchpoint: 'MY_DIVAR' }, developer],
    ]
    for (const [query, person] of opens) expect((await open(app, query, person)).status).toBe(302)
    expect(server.received).toHaveLength(3)
    const refused: [Record<string, string>, fixture.UserFixture][] = [
      [AT_POST(), seller],
      [{ touchpoint: 'CHAT', conversation_id: conversationId }, buyer],
      [{ touchpoint: 'MY_DIVAR' }, seller],
    ]
    for (const [query, person] of refused) {
      expect((await open(app, query, person)).status).toBe(403)
      expect((await clicksOf(app)).at(-1)).toMatchObject({ reason: 'IN_DEVELOPMENT' })
    }
    expect(server.received).toHaveLength(3)
  })

  test('a hostile name stays text', async () => {
    const { app } = await appAt(
      { MY_POST: 'LOAD_WEBVIEW_SERVER_LINK', MY_DIVAR: 'START_CHAT_BOT' },
      { answer: { status: 500 } },
    )
    const display_name = '<img src=x onerror=alert(1)>\u202e'
    await node.db.updateTable('apps').set({ display_name }).where('id', '=', app.id).execute()
    const pages = [
      await open(app, AT_POST(), seller),
      await open(app, { touchpoint: 'MY_DIVAR' }, seller, { 'sec-fetch-site': 'cross-site' }),
    ]
    for (const { page, headers } of pages) {
      expect(page).toContain('&lt;img')
      expect(page).not.toContain('<img')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })
})
