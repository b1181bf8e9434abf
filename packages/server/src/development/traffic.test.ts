import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { addMessage, grid } from '../../testing/click-fixture.ts'
import { useDevelopmentBed } from '../../testing/development-bed.ts'
import { hostClient } from '../../testing/host-client.ts'
import { addGrant, addSubscription } from '../../testing/marketplace-fixture.ts'
import { DEVELOPMENT_CONVERSATION } from '../marketplace/seed-development.ts'
import { findUserByHostId } from '../marketplace/store.ts'

const bed = useDevelopmentBed()
const POST = '/v1/open-platform/finder/post/demo_flat'

describe('what an app calls is recorded', () => {
  test('with its answer, the key shortened', async () => {
    const answer = await bed.asApp('GET', POST)
    const [record] = await bed.recorded()
    expect(record).toMatchObject({
      direction: 'from_app',
      kind: 'call',
      app: bed.made.slug,
      method: 'GET',
      url: POST,
      operation: 'Finder_GetPost',
      request: { headers: { 'x-api-key': `${bed.made.api_key.slice(0, 6)}…` }, body: null },
      answer: { status: 200, body: await answer.text() },
      failure: null,
      refs: { request_id: answer.headers.get('x-request-id') },
    })
    expect(JSON.stringify(record)).not.toContain(bed.made.api_key)
  })

  test('with a body that is no JSON, as it was sent', async () => {
    const requestId = randomUUID()
    await bed.asApp('POST', '/v2/open-platform/finder/post', {
      headers: {
        'x-api-key': bed.made.api_key,
        'x-request-id': requestId,
        'content-type': 'application/json',
      },
      body: '{"city": tehran}',
    })
    expect(await bed.byRequest(requestId)).toMatchObject({
      app: bed.made.slug,
      request: { body: '{"city": tehran}' },
      answer: { status: 400, body: expect.stringContaining('BODY_NOT_JSON') },
    })
  })

  test('when the key is wrong: whose it is nobody knows, and every app’s list shows it', async () => {
    const requestId = randomUUID()
    const key = `ck_${'x'.repeat(43)}`
    await bed.asApp('GET', POST, { headers: { 'x-api-key': key, 'x-request-id': requestId } })
    const record = await bed.byRequest(requestId)
    expect(record).toMatchObject({ app: null, answer: { status: 401 }, operation: 'Finder_GetPost' })
    expect(JSON.stringify(record)).not.toContain(key)
    const { records } = await bed.list(`app=${bed.made.slug}&limit=200`)
    expect(records.map(({ refs }) => refs.request_id)).toContain(requestId)
  })

  test('when the key is missing, was revoked, or lacks the permission', async () => {
    await bed.asApp('GET', POST, { headers: { 'x-request-id': 'without-key' } })
    expect(await bed.byRequest('without-key')).toMatchObject({ app: null, answer: { status: 401 } })
    const { slug, api_key } = bed.made
    const { pool } = bed.node.database
    const keys = `update api_keys set`
    const own = `where app_id = (select id from apps where slug = $1)`
    await pool.query(`${keys} permissions = '{}' ${own}`, [slug])
    await bed.asApp('GET', POST, { headers: { 'x-api-key': api_key, 'x-request-id': 'unpermitted' } })
    expect(await bed.byRequest('unpermitted')).toMatchObject({ app: slug, answer: { status: 403 } })
    await pool.query(`${keys} hash = sha256('another'), revoked_at = now() ${own}`, [slug])
    const revoked = { 'x-api-key': 'another', 'x-request-id': 'revoked' }
    await bed.asApp('GET', POST, { headers: revoked })
    expect(await bed.byRequest('revoked')).toMatchObject({ app: slug, answer: { status: 401 } })
  })

  test('at the token endpoint, by the client that it says it is, without its secret', async () => {
    const secret = 'a-secret-of-another-form'
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: 'not-one-of-ours-but-secret',
      client_id: bed.made.slug,
      client_secret: secret,
    })
    await fetch(`${bed.node.url}/oauth2/token`, { method: 'POST', body: form })
    const basic = Buffer.from(`${bed.made.slug}:${secret}`).toString('base64')
    await fetch(`${bed.node.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'refresh_token', refresh_token: 'not-one-of-ours-but-secret' }),
    })
    const records = await bed.recorded(({ operation }) => operation === 'OAuthToken', { count: 2 })
    expect(records.map(({ answer }) => answer?.status)).toEqual([401, 401])
    const text = JSON.stringify(records)
    expect(text).toContain('grant_type=refresh_token')
    for (const hidden of [secret, 'not-one-of-ours', basic]) expect(text).not.toContain(hidden)
  })

  test('when nothing of it is served', async () => {
    await bed.asApp('DELETE', POST)
    await bed.asApp('GET', '/v1/open-platform/not-served')
    const records = await bed.recorded(({ answer }) => answer?.status === 501, { count: 2 })
    expect(records.map(({ method, operation }) => [method, operation ?? null])).toEqual([
      ['DELETE', null],
      ['GET', null],
    ])
  })

  test('with what it is about, and that its form is an older one', async () => {
    const id = DEVELOPMENT_CONVERSATION.id
    await bed.asApp('GET', `/v1/open-platform/chat/conversations/${id}`)
    await bed.asApp('POST', '/v1/open-platform/notify/chat/post-conversations', {
      headers: { 'x-api-key': bed.made.api_key, traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` },
    })
    const [older] = await bed.recorded(({ older_form }) => older_form === true)
    expect(older?.refs.trace_id).toBe('ab'.repeat(16))
    const { records } = await bed.list(`conversation_id=${id}&app=${bed.made.slug}`)
    expect(records.filter(({ direction }) => direction === 'from_app').length).toBeGreaterThan(0)
  })

  test('when it uploads a file, which is not kept', async () => {
    const { token } = (await (await bed.asApp('POST', '/experimental/open-platform/chat/upload')).json()) as {
      token: string
    }
    const files = new FormData()
    files.set('file', new Blob(['secret words of a file']), 'notes.txt')
    const upload = await fetch(`${bed.node.url}/upload/file`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: files,
    })
    const [issued, record] = await bed.recorded(() => true, { count: 2 })
    expect(record).toMatchObject({
      url: '/upload/file',
      operation: 'Media_Upload',
      request: { headers: { authorization: `Bearer ${token.slice(0, 6)}…` }, body: null },
      answer: { status: upload.status },
    })
    expect(JSON.stringify([issued, record])).not.toContain(token)
  })

  test('and nobody else’s calls are', async () => {
    const { last_id } = await bed.list('limit=1')
    await fetch(`${bed.node.url}/`)
    await fetch(`${bed.node.url}/me/v1`)
    await fetch(`${bed.node.url}/oauth2/auth`, { redirect: 'manual' })
    await hostClient(bed.node)('GET', '/apps')
    await bed.asApp('GET', POST)
    const [own] = await bed.recorded()
    const { records } = await bed.list(`after=${last_id}`)
    expect(records.map(({ id }) => id)).toEqual([own?.id])
  })
})

describe('what an app is sent is recorded', () => {
  /** The app may hear the seller's conversations. */
  async function subscribed() {
    const { db } = bed.node
    const seller = await findUserByHostId(db, 'kamran')
    const app = await db.selectFrom('apps').selectAll().where('slug', '=', bed.made.slug).executeTakeFirst()
    const buyer = await findUserByHostId(db, 'negar')
    if (!seller || !app || !buyer) throw new Error('the development marketplace is not whole')
    const endpoint = await db
      .selectFrom('endpoints')
      .select('id')
      .where('app_id', '=', app.id)
      .executeTakeFirstOrThrow()
    const { grantId } = await addGrant(db, app.id, seller.id, ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'])
    const fixture = { id: app.id, slug: app.slug, key: '', clientSecret: '', endpointId: endpoint.id }
    await addSubscription(db, fixture, seller.id, grantId, { metadata: { hello: 'world' } })
    return { app, seller, buyer }
  }

  const write = (text: string) =>
    hostClient(bed.node)('POST', `/conversations/${DEVELOPMENT_CONVERSATION.id}/messages`, {
      sender: 'negar',
      text,
    })

  test('an event, with its attempt, and again when it is resent', async () => {
    await subscribed()
    bed.appSays({ status: 200, body: { ok: true } })
    await write('is it still there?')
    const isEvent = ({ kind }: { kind: string }) => kind === 'event'
    const [record] = await bed.recorded(isEvent)
    expect(record).toMatchObject({
      direction: 'to_app',
      method: 'POST',
      url: bed.made.events_url,
      request: { body: bed.app.received[0]?.text },
      answer: { status: 200, body: '{"ok":true}' },
      failure: null,
      refs: {
        delivery_id: expect.stringMatching(/^\d+$/),
        attempt: 1,
        webhook_id: bed.app.received[0]?.headers['webhook-id'],
        message_id: expect.any(String),
        conversation_id: DEVELOPMENT_CONVERSATION.id,
        event_type: 'NEW_MESSAGE',
      },
    })
    expect(JSON.stringify(record)).not.toContain(bed.made.identification_key)
    const resent = await bed.dev<{ delivery_id: string }>(
      'POST',
      `/deliveries/${record?.refs.delivery_id}/resend`,
    )
    const [, again] = await bed.recorded(isEvent, { count: 2 })
    expect(again?.refs).toMatchObject({
      delivery_id: resent.delivery_id,
      webhook_id: record?.refs.webhook_id,
    })
    expect(again?.request.headers['charsu-replay']).toBe('true')
  })

  test('an attempt that fails, with where and why', async () => {
    await subscribed()
    await bed.app.close()
    await write('anybody?')
    const [record] = await bed.recorded(({ failure }) => failure !== null)
    expect(record).toMatchObject({ answer: null, failure: { stage: 'connect' }, refs: { attempt: 1 } })
  })

  test('clicks of both kinds', async () => {
    const { app, seller, buyer } = await subscribed()
    bed.appSays({ body: { text_message: 'chosen', authorization: bed.made.identification_key } })
    const messageId = await addMessage(bed.node.db, {
      conversationId: DEVELOPMENT_CONVERSATION.id,
      senderId: seller.id,
      appId: app.id,
      receiver_buttons: grid([
        { get_dynamic_action: { data: { pick: 1 } } },
        { open_server_link: { data: { plan: 2 } } },
      ]),
    })
    const login = await fetch(`${bed.node.url}/dev/login`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ user: buyer.host_id }),
    })
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    for (const column of [0, 1]) {
      const click = await fetch(
        `${bed.node.url}/me/v1/conversations/${DEVELOPMENT_CONVERSATION.id}/messages/${messageId}/click`,
        {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json' },
          body: JSON.stringify({ row: 0, column }),
        },
      )
      expect(click.status, await click.text()).toBe(200)
    }
    const records = await bed.recorded(({ refs }) => refs.click_id !== undefined, { count: 2 })
    expect(records.map(({ kind, url }) => [kind, url])).toEqual([
      ['action', bed.made.dynamic_action_url],
      ['session', bed.made.session_initialization_url],
    ])
    expect(records[0]?.refs).toMatchObject({ conversation_id: DEVELOPMENT_CONVERSATION.id })
    expect(records[0]?.answer?.body).toContain('chosen')
    expect(JSON.stringify(records)).not.toContain(bed.made.identification_key)
  })
})

describe('the list', () => {
  test('gives the newest, or those behind an id, the oldest first, page by page', async () => {
    for (let i = 0; i < 5; i++)
      await bed.asApp('GET', POST, { headers: { 'x-api-key': bed.made.api_key, 'x-request-id': `r${i}` } })
    const all = await bed.recorded(() => true, { count: 5 })
    const ids = all.map(({ refs }) => refs.request_id)
    expect(ids).toEqual(['r0', 'r1', 'r2', 'r3', 'r4'])
    const newest = await bed.list(`app=${bed.made.slug}&limit=2`)
    expect(newest.records.map(({ refs }) => refs.request_id)).toEqual(['r3', 'r4'])
    const page = await bed.list(`after=${all[0]?.id}&limit=2`)
    expect(page.records.map(({ refs }) => refs.request_id)).toEqual(['r1', 'r2'])
    const rest = await bed.list(`after=${page.last_id}&limit=200`)
    expect(rest.records.map(({ refs }) => refs.request_id)).toEqual(['r3', 'r4'])
    expect(await bed.list(`after=${rest.last_id}`)).toEqual({ records: [], last_id: rest.last_id })
  })

  test.each(['limit=0', 'limit=201', 'limit=x', 'after=-1', 'after=1e3', 'app=', 'conversation_id='])(
    'refuses %s, naming the field',
    async (query) => {
      const answer = await bed.fetchDev('GET', `/traffic?${query}`)
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining(`"field":"${query.split('=', 1)}"`),
      ])
    },
  )
})
