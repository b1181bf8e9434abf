import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../packages/server/src/log.ts'
import { type ClickedAppServer, startClickedApp } from '../packages/server/testing/clicked-app.ts'
import * as consent from '../packages/server/testing/consent-flow.ts'
import { hostClient } from '../packages/server/testing/host-client.ts'
import * as fixture from '../packages/server/testing/marketplace-fixture.ts'
import { upload } from '../packages/server/testing/media-bed.ts'
import * as sample from '../packages/server/testing/sample-files.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../packages/server/testing/test-server.ts'
import { startTraceCollector, type TraceCollector } from '../packages/server/testing/trace-collector.ts'
import { waitFor } from '../packages/server/testing/wait-for.ts'

/**
 * A story with everything that is secret or somebody's own in it, told at the most talkative log level, with every
 * class of errors: nothing of it may stand in the log or in a trace.
 */

/** What must not be found, with what it is. */
const secrets: [name: string, secret: string][] = []
const keep = (name: string, value: unknown): string => {
  const text = String(value)
  if (text.length < 6) throw new Error(`${name} is too short to be looked for: ${text}`)
  secrets.push([name, text])
  return text
}
const unique = (word: string): string => `${word}-${randomUUID().slice(0, 8)}`

let logged = ''
let node: TestServer
let collector: TraceCollector
let app: ClickedAppServer

interface Answer {
  status: number
  headers: Headers
  text: string
  body: Record<string, unknown>
}

async function call(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const answer = await fetch(node.url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = {}
  }
  return { status: answer.status, headers: answer.headers, text, body: parsed as Record<string, unknown> }
}

async function rawRequest(bytes: string): Promise<void> {
  const socket = net.connect(Number(new URL(node.url).port), '127.0.0.1')
  socket.end(bytes)
  socket.resume()
  await once(socket, 'close')
}

/** An app that answers no HTTP, but words. */
async function startBabbler(words: string): Promise<{ url: string; close(): void }> {
  const server = net.createServer((socket) => void socket.on('error', () => {}).end(`${words}\r\n\r\n`))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() }
}

/** What the app says to events and clicks, told by the path it is called at. */
function appAnswer(path: string): { status?: number; body?: unknown } {
  const words = keep('an app’s answer', unique('app-says'))
  if (path.startsWith('/failing')) return { status: 500, body: { words } }
  if (path.startsWith('/refusing')) return { status: 400, body: words }
  if (path.startsWith('/session'))
    return { body: { url: `https://app.example/?token=${keep('a token in an app’s URL', unique('url'))}` } }
  if (path.startsWith('/action')) return { body: { text_message: words } }
  return { body: { words } }
}

async function tellStory(): Promise<void> {
  const { db } = node
  const host = hostClient(node)
  keep('the host key', TEST_HOST_KEY)
  const phone = keep('a phone number', '09127654321')
  const [sellerId, buyerId] = [`s-${randomUUID()}`, `b-${randomUUID()}`]
  await host('PUT', `/users/${sellerId}`, { name: keep('a name', unique('name')), phone })
  await host('PUT', `/users/${buyerId}`, {
    name: 'buyer',
    phone: keep('another phone number', '09351239876'),
  })
  const token = unique('p').replaceAll('-', '').slice(0, 12)
  await host('PUT', `/posts/${token}`, {
    owner: sellerId,
    title: keep('a title', unique('title')),
    development: true,
  })

  const login = async (user: string): Promise<fixture.UserFixture> => {
    const { body } = await host('POST', '/login-links', { user })
    const { url } = body as { url: string }
    keep(`a login link of ${user}`, url.split('/').at(-1))
    const opened = await call('GET', new URL(url).pathname, {})
    await call('GET', new URL(url).pathname, {})
    const cookie = /charsu_session=([^;]+)/.exec(opened.headers.get('set-cookie') ?? '')
    keep(`a session of ${user}`, cookie?.[1])
    const { id } = await db
      .selectFrom('users')
      .select('id')
      .where('host_id', '=', user)
      .executeTakeFirstOrThrow()
    return { id, hostId: user, cookie: cookie![0] }
  }
  const seller = await login(sellerId)
  const buyer = await login(buyerId)

  const developer = await fixture.addUser(db, { developer: true })
  const redirectUri = 'http://127.0.0.1:9/back'
  const registered = await fixture.addApp(db, developer.id, {
    eventsUrl: `${app.url}/events/${keep('a secret in a URL', unique('hook'))}?key=${keep('a secret in a query', unique('query'))}`,
    sessionInitializationUrl: `${app.url}/session`,
    dynamicActionUrl: `${app.url}/action`,
    identificationKey: keep('an identification key', unique('identification')),
    redirectUris: [redirectUri],
  })
  keep('an API key', registered.key)
  keep('a client secret', registered.clientSecret)
  keep('a signing secret', Buffer.alloc(32, 7).toString('base64'))

  const conversation = await host('POST', '/conversations', { post_token: token, buyer: buyerId })
  const { conversation_id: conversationId } = conversation.body as { conversation_id: string }

  // Consent, and everything that can go wrong with tokens.
  const ask: consent.Ask = {
    app: registered,
    redirectUri,
    scope: `CHAT_POST_CONVERSATIONS_READ.${token} CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${token} SEND_EVENT USER_ID USER_PHONE NOTIFICATION_ACCESS_REVOCATION offline_access`,
    state: keep('a state', unique('state')),
  }
  const code = keep('a code', await consent.obtainCode(node, seller, ask))
  const tokens = await consent.exchangeCode(node, registered, code, redirectUri)
  expect(tokens.status).toBe(200)
  const accessToken = keep('an access token', tokens.body.access_token)
  const refreshed = await consent.refresh(
    node,
    registered,
    keep('a refresh token', tokens.body.refresh_token),
  )
  keep('a refreshed token', refreshed.body.access_token)
  keep('the next refresh token', refreshed.body.refresh_token)
  await consent.refresh(node, registered, `cr_${keep('a wrong refresh token', unique('refresh'))}`)
  await consent.exchangeCode(
    node,
    { ...registered, clientSecret: keep('a wrong client secret', unique('client')) },
    code,
    redirectUri,
  )

  const asApp = {
    'x-api-key': registered.key,
    authorization: `Bearer ${String(refreshed.body.access_token)}`,
  }
  expect((await call('GET', '/v1/open-platform/users', asApp)).text).toContain(phone)
  await call('GET', '/v1/open-platform/users', {
    ...asApp,
    authorization: `Bearer ${keep('a wrong access token', unique('access'))}`,
  })
  await call('GET', '/v1/open-platform/users', {
    'x-api-key': keep('a wrong API key', unique('key')),
    'x-access-token': accessToken,
  })
  await call('POST', '/v1/open-platform/get-user-id-by-phone', asApp, { phone })
  await call('GET', '/host/v1/apps', { authorization: `Bearer ${keep('a wrong host key', unique('host'))}` })
  await call('GET', '/metrics', {
    authorization: `Bearer ${keep('a wrong metrics token', unique('metrics'))}`,
  })
  await call('GET', '/me/v1', { cookie: `charsu_session=${keep('a wrong session', unique('session'))}` })
  await call('GET', `/login/${keep('a wrong login link', unique('link'))}`, {})

  const subscribed = await call('POST', '/v1/open-platform/events/subscriptions', asApp, {
    event_type: 'NEW_MESSAGE_ON_POST',
    event_resource_id: token,
    metadata: { note: keep('metadata', unique('metadata')) },
  })
  expect(subscribed.status).toBe(200)

  // Messages of people, of every kind, and of the app.
  const asBuyer = { cookie: buyer.cookie, origin: node.url }
  const asSeller = { cookie: seller.cookie, origin: node.url }
  const messages = `/me/v1/conversations/${conversationId}/messages`
  const uploadToken = await call('POST', '/me/v1/uploads', asBuyer, {})
  const uploaded = await upload(node.url, {
    kind: 'file',
    token: keep('an upload token', uploadToken.body.token),
    parts: [{ name: `${keep('a file’s name', unique('file'))}.pdf`, bytes: sample.pdfFile() }],
  })
  const mediaToken = keep('a media token', (uploaded as unknown as { body: { id: string } }).body.id)
  for (const body of [
    { text: keep('a person’s words', unique('words')) },
    { text: `به ۰۹۱۲ زنگ بزن ${keep('Persian words', 'سلام‌خصوصی')}` },
    { location: { latitude: 35.712345678, longitude: 51.412345678 } },
    {
      contact: {
        name: keep('a contact’s name', unique('contact')),
        phone: keep('a contact’s number', '09019998877'),
      },
    },
    { media_token: mediaToken },
  ]) {
    expect((await call('POST', messages, asBuyer, body)).status).toBe(200)
  }
  keep('a place', '35.712345678')
  await upload(node.url, {
    kind: 'image',
    token: keep('a wrong upload token', unique('upload')),
    parts: [{ bytes: Buffer.from('no image') }],
  })
  await upload(node.url, {
    kind: 'image',
    token: String(uploadToken.body.token),
    parts: [{ bytes: Buffer.from('no image') }],
  })

  const sent = await call(
    'POST',
    `/v2/open-platform/conversations/${conversationId}/messages`,
    { ...asApp, 'idempotency-key': keep('an idempotency key', unique('idempotency')) },
    {
      message: keep('an app’s words', unique('app-words')),
      sender_buttons: {
        rows: [
          {
            buttons: [
              {
                caption: keep('a caption', unique('caption')),
                action: { open_server_link: { data: { order: keep('data of a button', unique('data')) } } },
              },
              { caption: 'act', action: { get_dynamic_action: { data: { order: 'data' } } } },
            ],
          },
        ],
      },
    },
  )
  expect(sent.status).toBe(200)
  const click = async (column: number) => {
    const clicked = await call('POST', `${messages}/${String(sent.body.message_id)}/click`, asSeller, {
      row: 0,
      column,
    })
    expect(clicked.status).toBe(200)
  }
  await click(0)
  await click(1)
  const link = /http[^"\\]*\/media\/[^"\\]*/.exec((await call('GET', messages, asSeller)).text)?.[0] ?? ''
  const query = new URL(link).searchParams
  keep('the signature of a link', query.get('signature') ?? [...query.values()].at(-1))
  await fetch(new URL(link.slice(new URL(link).origin.length), node.url))
  await fetch(new URL(link.slice(new URL(link).origin.length, -3), node.url))

  const notice = new URLSearchParams({
    message: keep('a notice', unique('notice')),
    'primary_button.title': 'Look here',
    'primary_button.action.open_direct_link': 'https://app.example/',
  })
  expect((await call('POST', `/experimental/open-platform/events/send?${notice}`, asApp)).status).toBe(200)

  // Deliveries that arrive, and that fail in every way.
  await waitFor(() => logged.includes('"outcome":"delivered"'))
  const babbler = await startBabbler(keep('what is no HTTP', unique('babble')))
  for (const [url, outcome] of [
    [`${app.url}/failing`, '"status":500'],
    [`${app.url}/refusing`, '"status":400'],
    [babbler.url, '"stage":"protocol"'],
    ['http://127.0.0.1:9/closed', '"stage":"connect"'],
  ] as const) {
    await node.database.pool.query(
      `update endpoints set url = $2, revision = revision + 1, paused_until = '-infinity', failure_streak = 0 where id = $1`,
      [registered.endpointId, url],
    )
    await node.database.pool.query('delete from delivery_queue')
    await call('POST', messages, asBuyer, { text: keep(`words for ${url}`, unique('undelivered')) })
    await waitFor(() => logged.includes(outcome))
  }
  babbler.close()

  // Hostile input, with something secret in each.
  const hostile = keep('hostile input', unique('hostile'))
  for (const body of [
    `{"text": ${hostile}`,
    `"${hostile}"`,
    `{"text": "${hostile}\\u0000"}`,
    `{"message": {"${hostile}": 1}}`,
    `[${'['.repeat(5_000)}"${hostile}"`,
  ]) {
    await call('POST', messages, asBuyer, body)
    await call('POST', `/v2/open-platform/conversations/${conversationId}/messages`, asApp, body)
    await call('POST', '/host/v1/users', { authorization: `Bearer ${TEST_HOST_KEY}` }, body)
    await call('POST', '/oauth2/token', {}, body)
  }
  await call('GET', `/v1/open-platform/${hostile}?token=${hostile}`, asApp)
  await call('POST', messages, { ...asBuyer, 'content-type': `text/${hostile}` }, { text: hostile })
  await call('GET', `/%ZZ${hostile}`, asApp)
  await call('GET', '/healthz', { 'x-large': hostile.repeat(4_000) })
  await rawRequest(`${hostile} / HTTP/9.9\r\n\r\n`)
  await rawRequest(`GET / HTTP/1.1\r\nHost: x\r\n${hostile}\r\n\r\n`)
  await host('PUT', `/users/${sellerId}`, { phone: `${keep('a wrong phone number', unique('phone'))}` })

  await failingDatabase({ asApp, asBuyer, messages, conversationId, sellerId, token, phone })

  await consent.postForm(node, '/oauth2/revoke', {
    token: String(refreshed.body.access_token),
    client_id: registered.slug,
    client_secret: registered.clientSecret,
  })
  await host('DELETE', `/users/${sellerId}`)
  await waitFor(async () => {
    const { body } = await host('DELETE', `/users/${sellerId}`)
    return (body as { erased_at: string | null }).erased_at !== null
  })
}

interface FailingBed {
  asApp: Record<string, string>
  asBuyer: Record<string, string>
  messages: string
  conversationId: string
  sellerId: string
  token: string
  phone: string
}

/** The database refuses rows, knows tables no longer, and cuts connections, while all of them hold something secret. */
async function failingDatabase(bed: FailingBed): Promise<void> {
  const { pool } = node.database
  const host = hostClient(node)
  const attempts = async () => {
    const words = keep('words that were not stored', unique('unstored'))
    return [
      await call('POST', bed.messages, bed.asBuyer, { text: words }),
      await call('POST', `/v2/open-platform/conversations/${bed.conversationId}/messages`, bed.asApp, {
        message: words,
      }),
      await call('POST', '/experimental/open-platform/events/send', bed.asApp, { message: words }),
      await host('PUT', `/users/${bed.sellerId}`, { name: words, phone: '09127654322' }),
      await host('PUT', `/posts/${bed.token}`, { title: words }),
      await host('POST', '/login-links', { user: bed.sellerId, return_to: `/${words}` }),
    ].map(({ status }) => status)
  }
  keep('a phone number that was not stored', '09127654322')
  const rules: [table: string, rule: string][] = [
    ['messages', `body::text not like '%unstored%'`],
    ['notices', `message not like '%unstored%'`],
    ['users', `name not like '%unstored%'`],
    ['posts', `title not like '%unstored%'`],
    ['login_links', `return_to not like '%unstored%'`],
  ]
  for (const [table, rule] of rules)
    await pool.query(`alter table ${table} add constraint refused check (${rule}) not valid`)
  expect(new Set(await attempts())).toEqual(new Set([500]))
  // A failure that quotes the value itself.
  await pool.query(
    `create function quoting() returns trigger language plpgsql as 'begin perform (new::text)::uuid; return new; end'`,
  )
  for (const [table] of rules) {
    await pool.query(`alter table ${table} drop constraint refused`)
    await pool.query(
      `create trigger quoting before insert or update on ${table} for each row execute function quoting()`,
    )
  }
  expect((await attempts()).every((status) => status >= 400)).toBe(true)
  for (const [table] of rules) {
    await pool.query(`drop trigger quoting on ${table}`)
    await pool.query(`alter table ${table} rename to ${table}_away`)
  }
  expect((await attempts()).every((status) => status >= 400)).toBe(true)
  for (const [table] of rules) await pool.query(`alter table ${table}_away rename to ${table}`)
  const cutting = setInterval(() => {
    void pool
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      )
      .catch(() => {})
  }, 5)
  for (let i = 0; i < 5; i++) await attempts()
  clearInterval(cutting)
  await waitFor(async () => (await host('GET', `/users/${bed.sellerId}`)).status === 200)
}

const STORY_MS = 120_000

beforeAll(async () => {
  collector = await startTraceCollector()
  app = await startClickedApp(({ path }) => appAnswer(path))
  const destination = {
    write(line: string) {
      logged += line
    },
  }
  node = await startTestServer({
    log: createLog({ level: 'trace', destination }),
    config: { tracesUrl: collector.url, metricsToken: keep('the metrics token', unique('metrics-token')) },
  })
  await tellStory()
  await node.close()
}, STORY_MS)
afterAll(async () => {
  await app?.close()
  await collector?.[Symbol.asyncDispose]()
})

describe('a story with everything that is secret in it', () => {
  test('was told: attempts and failures are logged, requests and attempts traced', () => {
    for (const said of [
      'delivery attempt',
      '"level":50',
      '"constraint":"refused"',
      '"code":"42P01"',
      '"code":"57P01"',
    ]) {
      expect(logged).toContain(said)
    }
    const names = collector.spans.map(({ name }) => name)
    for (const name of ['deliver NEW_MESSAGE', 'ask session initialization', 'ask dynamic action']) {
      expect(names).toContain(name)
    }
    expect(secrets.length).toBeGreaterThan(50)
  })

  test('nothing of it stands in the log', () => {
    const found = secrets.filter(([, secret]) => logged.includes(secret))
    expect(found.map(([name, secret]) => `${name}: ${lineWith(secret)}`)).toEqual([])
  })

  test('nor in a trace', () => {
    const traced = JSON.stringify(collector.spans)
    const found = secrets.filter(([, secret]) => traced.includes(secret))
    expect(found.map(([name]) => name)).toEqual([])
  })
})

const lineWith = (secret: string): string | undefined =>
  logged
    .split('\n')
    .find((line) => line.includes(secret))
    ?.slice(0, 400)
