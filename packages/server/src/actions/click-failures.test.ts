import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addMessage, type ClickWorld, grid, lastClick, startClickWorld } from '../../testing/click-fixture.ts'
import { type AppAnswer, type ClickedAppServer, startClickedApp } from '../../testing/clicked-app.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { systemClock } from '../clock.ts'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createOutbound } from '../outbound/call-app.ts'
import { clickMessage } from './click-message.ts'
import type { ClickDeps } from './run-click.ts'

const SERVER_LINK = { open_server_link: { data: {} } }
const DYNAMIC = { get_dynamic_action: { data: {} } }
const PERSIAN = /[\u0600-\u06FF]/

describe('wire contract §3: a failing click tells its user what to do, and its developer the cause', () => {
  let world: ClickWorld
  const servers: ClickedAppServer[] = []

  beforeAll(async () => {
    world = await startClickWorld()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })
  afterAll(() => world.close())

  async function serverUrl(answer: AppAnswer | 'hang'): Promise<string> {
    const server = await startClickedApp(() => answer)
    servers.push(server)
    return server.url
  }

  async function click(
    url: string | undefined,
    options: { action?: object; deps?: Partial<ClickDeps>; userId?: string; language?: 'fa' | 'en' } = {},
  ) {
    const { action = SERVER_LINK, deps, userId = world.buyer.id, language } = options
    const app = await fixture.addApp(world.db, world.seller.id, {
      ...(url !== undefined && { sessionInitializationUrl: url, dynamicActionUrl: url }),
    })
    const messageId = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: app.id,
      receiver_buttons: grid([action as typeof SERVER_LINK]),
    })
    const result = await clickMessage(
      { ...world.deps, ...deps },
      { userId, messageId, row: 0, column: 0, ...(language && { language }) },
    )
    return { result, record: await lastClick(world.db, userId), app }
  }

  async function expectFailure(clicked: ReturnType<typeof click>, reason: string, detail: RegExp) {
    const { result, record } = await clicked
    expect(result).toEqual({ outcome: 'failed', message: expect.stringMatching(PERSIAN) })
    expect(record).toMatchObject({ outcome: 'failed', reason, detail: expect.stringMatching(detail) })
    return record
  }

  test('no URL set', async () => {
    await expectFailure(click(undefined), 'NO_URL_SET', /no session initialization URL: set it/)
    const dynamic = click(undefined, { action: DYNAMIC })
    const record = await expectFailure(dynamic, 'NO_URL_SET', /no dynamic-action URL: set it/)
    expect(record).toMatchObject({ request: null, answer_status: null, answer_body: null })
  })

  test('nobody listens', async () => {
    const url = await serverUrl({})
    await servers.pop()?.close()
    const record = await expectFailure(click(url), 'UNREACHABLE', /connect.*check that your server runs/)
    expect(record).toMatchObject({ request: { url }, answer_status: null })
  })

  test('an address that the guard refuses is not called', async () => {
    const url = await serverUrl({ body: { url: 'https://a.example/' } })
    const log = { warn() {} }
    const outbound = createOutbound({ guard: createAddressGuard({}), clock: systemClock, log })
    await expectFailure(click(url, { deps: { outbound } }), 'URL_REFUSED', /loopback.*set another URL/)
    await outbound.close()
    expect(servers[0]?.received).toEqual([])
  })

  test('no answer in time', async () => {
    const deps = { clickDeadlineMs: 150 }
    const clicked = click(await serverUrl('hang'), { deps })
    await expectFailure(clicked, 'TIMED_OUT', /answer at once/)
  })

  test('a chain of slow answers shares one deadline', async () => {
    let now = 0
    const clock = { now: Date.now, monotonic: () => now }
    const server = await startClickedApp(() => {
      now += 6_000
      return { body: { action: DYNAMIC } }
    })
    servers.push(server)
    const deps = { clickDeadlineMs: 10_000, clock }
    await expectFailure(click(server.url, { action: DYNAMIC, deps }), 'TIMED_OUT', /took all 10000 ms/)
    expect(server.received).toHaveLength(2)
  })

  test.each([
    ['400', { status: 400, body: 'wrong' }, /answered 400/],
    ['500', { status: 500, body: { url: 'https://a.example/' } }, /answered 500/],
    ['302', { status: 302, headers: { location: 'https://a.example/' } }, /302; redirects are not followed/],
  ] as [string, AppAnswer, RegExp][])('an answer of %s', async (name, answer, detail) => {
    const record = await expectFailure(click(await serverUrl(answer)), 'NOT_2XX', detail)
    expect(record.answer_status).toBe(Number(name))
  })

  const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
  test.each([
    ['not JSON', { body: '<html>' }, 'NOT_JSON', /not a JSON object/],
    ['an array', { body: '[]' }, 'NOT_JSON', /not a JSON object/],
    ['deep JSON', { body: `{"url": ${deep}}` }, 'NOT_JSON', /deep|levels/],
    ['a NUL', { body: '{"url": "https://a.example/\\u0000"}' }, 'NOT_JSON', /NUL/],
    ['a raw NUL', { body: '\0' }, 'NOT_JSON', /not a JSON object/],
    ['half a surrogate', { body: '{"text_message": "\\ud800"}' }, 'NOT_JSON', /surrogate/],
    [
      'a megabyte',
      { body: JSON.stringify({ url: `https://a.example/${'a'.repeat(1_000_000)}` }) },
      'ANSWER_TOO_LONG',
      /16384/,
    ],
    ['nothing', { body: '' }, 'NO_URL', /no "url"/],
    ['a status of 403 and no url', { body: { status: '403' } }, 'NO_URL', /no "url"/],
    ['a null url', { body: { url: null } }, 'NO_URL', /no "url"/],
    ['a url that is a number', { body: { url: 7 } }, 'BAD_URL', /not a string/],
    ['a javascript: url', { body: { url: 'javascript:alert(1)' } }, 'BAD_URL', /javascript:/],
    ['a data: url', { body: { url: 'data:text/html,x' } }, 'BAD_URL', /data:/],
    ['a relative url', { body: { url: '/page' } }, 'BAD_URL', /absolute/],
    ['a javascript: url in disguise', { body: { url: ' java\nscript:alert(1)' } }, 'BAD_URL', /absolute/],
  ] as [string, AppAnswer, string, RegExp][])(
    'session: the answer is %s',
    async (_name, answer, reason, detail) => {
      await expectFailure(click(await serverUrl(answer)), reason, detail)
    },
  )

  test.each([
    ['not JSON', { body: 'ok' }, 'NOT_JSON', /not a JSON object/],
    [
      'an action of no known kind',
      { body: { action: { open_link: 'https://a.example/' } } },
      'BAD_ACTION',
      /open_direct_link/,
    ],
    [
      'two actions',
      { body: { action: { open_direct_link: 'https://a.example/', open_server_link: { data: {} } } } },
      'BAD_ACTION',
      /exactly one/,
    ],
    [
      'a javascript: link',
      { body: { action: { open_direct_link: 'javascript:alert(1)' } } },
      'BAD_ACTION',
      /javascript:/,
    ],
    ['an action that is a text', { body: { action: 'open' } }, 'BAD_ACTION', /action/],
    [
      'data over 4 KiB',
      { body: { action: { open_server_link: { data: { x: 'a'.repeat(5_000) } } } } },
      'BAD_ACTION',
      /4096 bytes/,
    ],
  ] as [string, AppAnswer, string, RegExp][])(
    'dynamic action: the answer is %s',
    async (_name, answer, reason, detail) => {
      await expectFailure(click(await serverUrl(answer), { action: DYNAMIC }), reason, detail)
    },
  )

  test('whatever an app answers, the click ends in one of its outcomes and opens http and https alone', async () => {
    const text = fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' }), fc.constant('javascript:alert(1)'))
    const action = fc.record(
      {
        open_direct_link: fc.oneof(text, fc.jsonValue()),
        open_server_link: fc.oneof(fc.record({ data: fc.jsonValue() }), fc.jsonValue()),
        open_post_page: fc.oneof(fc.record({ post_token: text }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    const answer = fc.record(
      { url: fc.oneof(text, fc.jsonValue()), text_message: fc.oneof(text, fc.jsonValue()), action },
      { requiredKeys: [] },
    )
    let said: unknown
    const server = await startClickedApp(() => ({ body: JSON.stringify(said) }))
    servers.push(server)
    await fc.assert(
      fc.asyncProperty(fc.oneof(answer, fc.jsonValue()), fc.boolean(), async (value, dynamic) => {
        said = value
        const { result, record } = await click(server.url, { action: dynamic ? DYNAMIC : SERVER_LINK })
        expect(record.outcome).toBe(result.outcome)
        expect(result.outcome === 'opened').toBe(result.open_url !== undefined)
        expect(result.outcome === 'failed').toBe(result.message !== undefined)
        if (result.open_url) expect(result.open_url).toMatch(/^https?:/i)
      }),
      { numRuns: 40 },
    )
  })

  test('at most 16 KiB of the answer are kept', async () => {
    const { record } = await click(await serverUrl({ body: 'a'.repeat(1_000_000) }))
    expect(record.answer_body).toHaveLength(16 * 1024)
  })

  test('the sentence names the app, in the user’s language or the one asked for', async () => {
    await world.db.updateTable('users').set({ locale: 'en-GB' }).where('id', '=', world.buyer.id).execute()
    const inEnglish = await click(undefined)
    await world.db.updateTable('users').set({ locale: 'fa' }).where('id', '=', world.buyer.id).execute()
    const name = `App ${inEnglish.app.slug}`
    expect(inEnglish.result.message).toBe(
      `${name} has not set this button up yet. Try again later, or tell ${name}.`,
    )
    const asked = await click(undefined, { language: 'en' })
    expect(asked.result.message).toContain('has not set this button up yet')
  })

  test('a blacklisted user’s click reaches nobody and opens nothing', async () => {
    const url = await serverUrl({ body: { url: 'https://a.example/' } })
    const set = (blacklisted: boolean) =>
      world.db.updateTable('users').set({ blacklisted }).where('id', '=', world.buyer.id).execute()
    await set(true)
    await expectFailure(click(url), 'USER_BLACKLISTED', /blacklisted/)
    const link = click(url, { action: { open_direct_link: 'https://a.example/' } })
    await expectFailure(link, 'USER_BLACKLISTED', /blacklisted/)
    await set(false)
    expect(servers[0]?.received).toEqual([])
  })

  test('without its app a button opens links still, and says of the rest that the app is gone', async () => {
    const app = await fixture.addApp(world.db, world.seller.id, {})
    const link = { open_direct_link: 'https://a.example/' }
    const messageId = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: app.id,
      receiver_buttons: grid([link, SERVER_LINK]),
    })
    await world.db.deleteFrom('apps').where('id', '=', app.id).execute()
    const userId = world.buyer.id
    const results = [0, 1].map((column) => clickMessage(world.deps, { userId, messageId, row: 0, column }))
    expect(await Promise.all(results)).toEqual([
      { outcome: 'opened', open_url: 'https://a.example/' },
      { outcome: 'failed', message: expect.stringContaining('دیگر در دسترس نیست') },
    ])
  })

  test('an outcome that cannot be recorded still reaches the user, and the log', async () => {
    let app: fixture.AppFixture | undefined
    const server = await startClickedApp(async () => {
      await world.db
        .deleteFrom('apps')
        .where('id', '=', app?.id ?? '')
        .execute()
      return { body: { url: 'https://a.example/' } }
    })
    servers.push(server)
    app = await fixture.addApp(world.db, world.seller.id, { sessionInitializationUrl: server.url })
    const messageId = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: app.id,
      receiver_buttons: grid([SERVER_LINK]),
    })
    const result = await clickMessage(world.deps, { userId: world.buyer.id, messageId, row: 0, column: 0 })
    expect(result).toEqual({ outcome: 'opened', open_url: 'https://a.example/' })
    expect(world.recordingErrors).toHaveLength(1)
  })
})
