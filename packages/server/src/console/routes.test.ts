import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient, refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import type { AppDetails, AppSummary } from '../apps/app-view.ts'

interface Created {
  app: AppDetails
  client_secret: string
  webhook_secret: string
}

let node: TestServer
let call: ConsoleClient
let developer: fixture.UserFixture
let slugs = 0
const newSlug = (): string => `made-${++slugs}`

beforeAll(async () => {
  node = await startTestServer()
})
afterAll(() => node.close())
beforeEach(async () => {
  developer = await fixture.addUser(node.db, { developer: true })
  call = consoleClient(node.url, developer.cookie)
})

const create = async (settings: object = {}): Promise<Created> => {
  const answer = await call<Created>('POST', '/apps', {
    slug: newSlug(),
    display_name: 'An app',
    ...settings,
  })
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}

describe('who may use the console', () => {
  test('nobody without a session, nor a user who is no developer', async () => {
    const user = await fixture.addUser(node.db)
    expect(refusal(await consoleClient(node.url, '')('GET', '/apps'))).toEqual([401, 16, 'SESSION_MISSING'])
    expect(refusal(await consoleClient(node.url, user.cookie)('GET', '/apps'))).toEqual([
      403,
      7,
      'NOT_A_DEVELOPER',
    ])
  })

  test('no cache on the way may keep an answer, nor a refusal', async () => {
    const user = await fixture.addUser(node.db)
    for (const answer of [
      await call('GET', '/apps'),
      await call('GET', '/apps/no-such-app'),
      await consoleClient(node.url, user.cookie)('GET', '/apps'),
    ]) {
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  test('no page of another site with the developer’s cookie', async () => {
    const foreign = { origin: 'https://evil.example' }
    const answer = await call('POST', '/apps', { slug: newSlug(), display_name: 'x' }, foreign)
    expect(refusal(answer)).toEqual([403, 7, 'CROSS_ORIGIN'])
    expect((await call<{ apps: [] }>('GET', '/apps')).body.apps).toEqual([])
  })

  test('another developer’s app is as unknown as one that does not exist, in every operation', async () => {
    const { app } = await create()
    const stranger = consoleClient(node.url, (await fixture.addUser(node.db, { developer: true })).cookie)
    const operations: [string, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { description: 'taken over' }],
      ['POST', '/submit'],
      ['GET', '/keys'],
      ['POST', '/keys', { permissions: ['GET_POST'] }],
      ['DELETE', '/keys/018f0000-0000-7000-8000-000000000000'],
      ['POST', '/secrets/oauth-client/rotate'],
      ['POST', '/secrets/webhook-signing/rotate'],
      ['GET', '/endpoint'],
      ['POST', '/endpoint/enable'],
      ['GET', '/deliveries'],
      ['GET', '/deliveries/1'],
      ['POST', '/deliveries/1/resend'],
      ['GET', '/clicks'],
      ['GET', '/subscriptions'],
    ]
    for (const [method, path, body] of operations) {
      for (const slug of [app.slug, 'no-such-app']) {
        const answer = await stranger(method, `/apps/${slug}${path}`, body)
        expect([method, path, ...refusal(answer)]).toEqual([method, path, 404, 5, 'APP_UNKNOWN'])
      }
    }
    expect((await stranger<{ apps: [] }>('GET', '/apps')).body.apps).toEqual([])
    expect((await call<AppDetails>('GET', `/apps/${app.slug}`)).body).toEqual(app)
  })
})

describe('making an app', () => {
  test('answers it with its two secrets, which no other answer holds', async () => {
    const settings = {
      slug: newSlug(),
      display_name: 'برنامهٔ بازدید',
      description: 'plans visits',
      avatar_url: 'https://app.example/a.png',
      redirect_uris: ['https://app.example/callback', 'http://localhost:3000/cb'],
      events_url: 'http://localhost:3000/events',
      session_initialization_url: 'https://app.example/session',
      session_initialization_version: 1,
      dynamic_action_url: 'https://app.example/action',
      identification_key: 'who-calls-me!',
      permissions: ['GET_POST', 'EVENTS_SEND', 'GET_POST'],
      scopes: ['USER_ID', 'ADDON_USER_APPROVED', 'CONVERSATION_SEND_MESSAGE'],
      touchpoints: [
        {
          touchpoint: 'MY_POST',
          operation: 'LOAD_WEBVIEW_DIRECT_LINK',
          fallback_url: 'https://app.example/p',
        },
        { touchpoint: 'CHAT', operation: 'START_CHAT_BOT' },
      ],
    }
    const answer = await call<Created>('POST', '/apps', settings)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { app, client_secret, webhook_secret } = answer.body
    expect(client_secret).toMatch(/^cx_[\w-]{43}$/)
    expect(webhook_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const { identification_key: _, ...shown } = settings
    expect(app).toMatchObject({
      ...shown,
      identification_key_set: true,
      development: true,
      submitted_at: null,
      permissions: [
        { name: 'EVENTS_SEND', approved: false },
        { name: 'GET_POST', approved: false },
      ],
      scopes: [
        { name: 'CONVERSATION_SEND_MESSAGE', approved: false },
        { name: 'POST_ADDON_CREATE', approved: false },
        { name: 'USER_ID', approved: false },
      ],
      touchpoints: [settings.touchpoints[1], settings.touchpoints[0]],
      secrets: { oauth_client: [{ expires_at: null }], webhook_signing: [{ expires_at: null }] },
    })
    const read = await call<AppDetails>('GET', `/apps/${settings.slug}`)
    expect(read.body).toEqual(app)
    const list = await call<{ apps: AppSummary[] }>('GET', '/apps')
    expect(list.body.apps).toMatchObject([{ slug: settings.slug, display_name: settings.display_name }])
    for (const { text } of [read, list]) {
      for (const secret of [client_secret, webhook_secret, settings.identification_key]) {
        expect(text).not.toContain(secret)
      }
    }
  })

  test('keeps of the client secret its hash alone', async () => {
    const { client_secret } = await create()
    const { rows } = await node.database.pool.query<{ row: string }>(
      'select s::text as row from app_secrets s',
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.filter(({ row }) => row.includes(client_secret))).toEqual([])
  })

  test('needs no more than a slug and a name', async () => {
    const { app } = await create()
    expect(app).toMatchObject({
      description: '',
      avatar_url: null,
      redirect_uris: [],
      events_url: null,
      session_initialization_url: null,
      session_initialization_version: 2,
      dynamic_action_url: null,
      identification_key_set: false,
      permissions: [],
      scopes: [],
      touchpoints: [],
    })
  })

  test('a taken slug is a conflict, whoever has it', async () => {
    const { app } = await create()
    const other = consoleClient(node.url, (await fixture.addUser(node.db, { developer: true })).cookie)
    const body = { slug: app.slug, display_name: 'x' }
    expect(refusal(await call('POST', '/apps', body))).toEqual([409, 6, 'SLUG_TAKEN'])
    expect(refusal(await other('POST', '/apps', body))).toEqual([409, 6, 'SLUG_TAKEN'])
  })

  test('a developer has at most 10 development apps, also when they are made at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => call('POST', '/apps', { slug: newSlug(), display_name: 'x' })),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.map(refusal)).toEqual([
      [429, 8, 'TOO_MANY_DEVELOPMENT_APPS'],
      [429, 8, 'TOO_MANY_DEVELOPMENT_APPS'],
    ])
  })

  test('an empty body names what is required', async () => {
    expect(Object.keys(wrongFields(await call('POST', '/apps', {}))).toSorted()).toEqual([
      'display_name',
      'slug',
    ])
  })
})

describe('changing an app', () => {
  test('changes what is sent and leaves the rest', async () => {
    const { app } = await create({ description: 'before', events_url: 'http://localhost:1/events' })
    const { body, status } = await call<AppDetails>('PATCH', `/apps/${app.slug}`, {
      display_name: 'After',
      avatar_url: null,
      unknown_field: 'ignored',
    })
    expect([status, body]).toEqual([200, { ...app, display_name: 'After', updated_at: expect.any(String) }])
    expect(body.updated_at > app.updated_at).toBe(true)
    expect((await call('GET', `/apps/${app.slug}`)).body).toEqual(body)
  })

  test('an empty string takes a URL away, an empty list empties a list', async () => {
    const { app } = await create({
      events_url: 'http://localhost:1/events',
      avatar_url: 'https://app.example/a.png',
      redirect_uris: ['https://app.example/cb'],
      permissions: ['GET_POST'],
      touchpoints: [{ touchpoint: 'CHAT', operation: 'START_CHAT_BOT' }],
    })
    const empty = { redirect_uris: [], permissions: [], touchpoints: [] }
    const { body } = await call('PATCH', `/apps/${app.slug}`, { events_url: '', avatar_url: '', ...empty })
    expect(body).toMatchObject({ events_url: null, avatar_url: null, ...empty })
  })

  test('names every wrong field at once, and changes nothing', async () => {
    const { app } = await create()
    const answer = await call('PATCH', `/apps/${app.slug}`, {
      display_name: 'x'.repeat(51),
      description: 'x'.repeat(1001),
      avatar_url: 'javascript:alert(1)',
      redirect_uris: ['https://app.example/ok', 'https://app.example/#no'],
      events_url: 'ftp://app.example/events',
      session_initialization_url: 'https://me:secret@app.example/',
      session_initialization_version: 3,
      dynamic_action_url: 'somewhere',
      identification_key: 'two words',
      permissions: ['EVENT_SEND', 'GET_POST'],
      scopes: ['CONVERSATION_SEND_MESSAGES', 'USER_POSTS_GET', 'CHAT_CONVERSATION_READ.62c8'],
      touchpoints: [
        { touchpoint: 'CHAT', operation: 'LOAD_WEBVIEW_DIRECT_LINK', fallback_url: 'https://app.example/' },
        { touchpoint: 'CHAT', operation: 'START_CHAT_BOT' },
        { touchpoint: 'MY_POST', operation: 'LOAD_WEBVIEW_DIRECT_LINK' },
        { touchpoint: 'MY_POSTS', operation: 'START_CHATBOT' },
      ],
    })
    expect(answer.status).toBe(400)
    const wrong = wrongFields(answer)
    expect(wrong).toMatchObject({
      display_name: expect.stringContaining('at most 50'),
      description: expect.stringContaining('at most 1000'),
      avatar_url: expect.stringContaining('scheme is "javascript:"'),
      'redirect_uris[1]': expect.stringContaining('fragment'),
      events_url: expect.stringContaining('use http or https'),
      session_initialization_url: expect.stringContaining('user name or password'),
      session_initialization_version: expect.stringContaining('at most 2'),
      dynamic_action_url: expect.stringContaining('not an absolute URL'),
      identification_key: expect.stringContaining('1 to 200 visible ASCII'),
      'permissions[0]': expect.stringContaining('Did you mean "EVENTS_SEND"?'),
      'scopes[0]': expect.stringContaining('Did you mean "CONVERSATION_SEND_MESSAGE"?'),
      'scopes[2]': expect.stringContaining('ask for CHAT_CONVERSATION_READ alone'),
      'touchpoints[0].operation': expect.stringContaining('MY_POST only'),
      'touchpoints[1].touchpoint': expect.stringContaining('one operation'),
      'touchpoints[2].fallback_url': expect.stringContaining('required'),
      'touchpoints[3].touchpoint': expect.stringContaining('Did you mean "MY_POST"?'),
      'touchpoints[3].operation': expect.stringContaining('Did you mean "START_CHAT_BOT"?'),
    })
    expect(Object.keys(wrong)).toHaveLength(17)
    expect(answer.text).not.toContain('two words')
    expect((await call('GET', `/apps/${app.slug}`)).body).toEqual(app)
  })

  test('approval of what is still asked for stays', async () => {
    const { app } = await create({ permissions: ['GET_POST', 'EVENTS_SEND'] })
    await node.database.pool.query(
      `update app_permissions set approved_at = now() where name = 'GET_POST'
       and app_id = (select id from apps where slug = $1)`,
      [app.slug],
    )
    const { body } = await call<AppDetails>('PATCH', `/apps/${app.slug}`, {
      permissions: ['SEARCH_POST', 'GET_POST'],
    })
    expect(body.permissions).toEqual([
      { name: 'GET_POST', approved: true },
      { name: 'SEARCH_POST', approved: false },
    ])
  })

  test('the slug is for ever', async () => {
    const { app } = await create()
    const { body } = await call<AppDetails>('PATCH', `/apps/${app.slug}`, { slug: newSlug() })
    expect(body.slug).toBe(app.slug)
  })
})

describe('asking for approval', () => {
  test('is remembered with its time, and asking again changes nothing', async () => {
    const { app } = await create({ permissions: ['GET_POST'] })
    const first = await call<AppDetails>('POST', `/apps/${app.slug}/submit`)
    expect([first.status, first.body.submitted_at]).toEqual([200, expect.any(String)])
    const second = await call<AppDetails>('POST', `/apps/${app.slug}/submit`)
    expect(second.body.submitted_at).toBe(first.body.submitted_at)
  })

  test('is refused when nothing is left to approve, until the app asks for more', async () => {
    const { app } = await create({ permissions: ['GET_POST'] })
    await node.database.pool.query(
      `with a as (update apps set development = false where slug = $1 returning id)
       update app_permissions set approved_at = now() where app_id = (select id from a)`,
      [app.slug],
    )
    expect(refusal(await call('POST', `/apps/${app.slug}/submit`))).toEqual([412, 9, 'NOTHING_TO_APPROVE'])
    await call('PATCH', `/apps/${app.slug}`, { scopes: ['USER_ID'] })
    expect((await call('POST', `/apps/${app.slug}/submit`)).status).toBe(200)
  })
})

describe('in production', () => {
  test('an app may not live at a private address, nor take codes over plain http', async () => {
    await using production = await startTestServer({
      config: { mode: 'production', publicUrl: 'https://charsu.example' },
    })
    const { cookie } = await fixture.addUser(production.db, { developer: true })
    const answer = await consoleClient(production.url, cookie)('POST', '/apps', {
      slug: newSlug(),
      display_name: 'x',
      events_url: 'http://127.0.0.1:3000/events',
      session_initialization_url: 'http://[::ffff:10.0.0.1]/session',
      dynamic_action_url: 'http://localhost/action',
      redirect_uris: ['http://app.example/cb'],
    })
    expect(wrongFields(answer)).toMatchObject({
      events_url: expect.stringContaining('loopback'),
      session_initialization_url: expect.stringContaining('private'),
      dynamic_action_url: expect.stringContaining('loopback'),
      'redirect_uris[0]': expect.stringContaining('https'),
    })
  })
})
