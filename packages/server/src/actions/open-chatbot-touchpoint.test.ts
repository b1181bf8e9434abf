import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type * as fixture from '../../testing/marketplace-fixture.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { openTouchpointBed, PUBLIC_URL, type TouchpointBed } from '../../testing/touchpoint-bed.ts'

describe('§11 touchpoints: START_CHAT_BOT, which speaks for the person', () => {
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

  const TEXTS: [string, () => Record<string, string>, () => fixture.UserFixture, () => string][] = [
    ['MY_POST', AT_POST, () => seller, () => `/start MY_POST ${post.token}`],
    ['MY_DIVAR', () => ({ touchpoint: 'MY_DIVAR' }), () => seller, () => '/start MY_DIVAR'],
    ['DIVAR_PRO', () => ({ touchpoint: 'DIVAR_PRO' }), () => seller, () => '/start DIVAR_PRO'],
    [
      'CHAT',
      () => ({ touchpoint: 'CHAT', conversation_id: conversationId }),
      () => buyer,
      () => `/start CHAT ${conversationId}`,
    ],
    [
      'DEMAND_POST',
      () => ({ touchpoint: 'DEMAND_POST', post_token: post.token }),
      () => buyer,
      () => `/start DEMAND_POST ${post.token}`,
    ],
  ]

  test.each(TEXTS)(
    'START_CHAT_BOT at %s: the user says where they come from, and the chat opens',
    async (touchpoint, query, who, text) => {
      const { app } = await appAt(
        { [touchpoint]: 'START_CHAT_BOT' },
        { eventsUrl: 'http://127.0.0.1:9/events' },
      )
      const opened = await open(app, query(), who())
      expect([opened.status, opened.to]).toEqual([302, `/chat/addon_${app.slug}`])
      const sent = await node.db
        .selectFrom('messages as m')
        .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
        .select(['m.sender_id', 'm.app_id as by_app', 'm.body', 'c.type', 'c.demand_id'])
        .where('c.app_id', '=', app.id)
        .execute()
      expect(sent).toEqual([
        { sender_id: who().id, by_app: null, body: { text: text() }, type: 'BOT', demand_id: who().id },
      ])
      expect(await clicksOf(app)).toMatchObject([{ touchpoint, action: 'START_CHAT_BOT', outcome: 'opened' }])
    },
  )

  test('a chatbot that the user has blocked hears nothing, and the page says what helps', async () => {
    const { app } = await appAt({ MY_DIVAR: 'START_CHAT_BOT' })
    await node.db.insertInto('app_blocks').values({ user_id: seller.id, app_id: app.id }).execute()
    const opened = await open(app, { touchpoint: 'MY_DIVAR' }, seller)
    expect(opened.status).toBe(412)
    expect(opened.page).toContain('مسدود')
    expect(await clicksOf(app)).toMatchObject([{ outcome: 'failed', reason: 'CHAT_REFUSED' }])
  })

  test('an app that may not chat is not spoken to', async () => {
    const { app } = await appAt({ MY_DIVAR: 'START_CHAT_BOT' })
    await node.db.deleteFrom('app_permissions').where('app_id', '=', app.id).execute()
    expect((await open(app, { touchpoint: 'MY_DIVAR' }, seller)).status).toBe(404)
    expect(await clicksOf(app)).toMatchObject([
      { reason: 'NO_CHATBOT', detail: expect.stringContaining('CHAT_BOT_SEND_MESSAGE') },
    ])
    const opened = await node.db
      .selectFrom('conversations')
      .select('id')
      .where('app_id', '=', app.id)
      .execute()
    expect(opened).toEqual([])
  })

  test('a link on another site may not speak for the person: it asks first', async () => {
    const { app } = await appAt({ MY_POST: 'START_CHAT_BOT' })
    const asked = await open(app, AT_POST(), seller, {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-dest': 'document',
    })
    expect(asked.status).toBe(200)
    expect(asked.page).toContain(`<form method="post" action="/open/${app.slug}">`)
    expect(asked.page).toContain(`name="post_token" value="${post.token}"`)
    expect(await clicksOf(app)).toEqual([])

    const answer = (headers: Record<string, string>) =>
      fetch(`${node.url}/open/${app.slug}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: seller.cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(AT_POST()),
      })
    const foreign = await answer({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })
    expect(foreign.status).toBe(403)
    expect(await clicksOf(app)).toEqual([])
    const own = await answer({ origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' })
    expect([own.status, own.headers.get('location')]).toEqual([302, `/chat/addon_${app.slug}`])
  })

  test('from the host’s own site nothing is asked', async () => {
    const { app } = await appAt({ MY_POST: 'START_CHAT_BOT' })
    const opened = await open(app, AT_POST(), seller, {
      'sec-fetch-site': 'same-site',
      'sec-fetch-dest': 'document',
    })
    expect(opened.to).toBe(`/chat/addon_${app.slug}`)
  })

  test('in the person’s hands twice in a row the chatbot hears it twice; nothing else is sent', async () => {
    const { app } = await appAt({ MY_POST: 'START_CHAT_BOT' })
    await open(app, AT_POST(), seller)
    await open(app, AT_POST(), seller)
    const { rows } = await node.database.pool.query(
      'select m.body from messages m join conversations c on c.id = m.conversation_id where c.app_id = $1',
      [app.id],
    )
    expect(rows.map(({ body }) => body.text)).toEqual([
      `/start MY_POST ${post.token}`,
      `/start MY_POST ${post.token}`,
    ])
  })
})
