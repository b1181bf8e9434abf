import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient, refusal, wrongFields } from '../../testing/console-client.ts'
import { send } from '../../testing/delivery-fixture.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../testing/webhook-receiver.ts'
import type { EndpointHealth } from '../apps/endpoint.ts'
import { systemClock } from '../clock.ts'
import { createDispatcher, type Dispatcher } from '../delivery/dispatcher.ts'
import { newId } from '../ids.ts'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createOutbound, type Outbound } from '../outbound/call-app.ts'
import type { clickView, deliveryDetails, deliverySummary, subscriptionView } from './traffic-views.ts'

type Delivery = ReturnType<typeof deliveryDetails>
interface Deliveries {
  deliveries: ReturnType<typeof deliverySummary>[]
  next_cursor: string | null
}
interface Clicks {
  clicks: ReturnType<typeof clickView>[]
  next_cursor: string | null
}
interface Subscriptions {
  subscriptions: ReturnType<typeof subscriptionView>[]
  next_cursor: string | null
}

const IDENTIFICATION_KEY = 'the-app-knows-us-by-this'
const log = { info() {}, warn() {}, error() {} }
let node: TestServer
let outbound: Outbound
let dispatcher: Dispatcher
let receiver: WebhookReceiver
/** What the app answers to each call. */
let says: WebhookAnswer
let call: ConsoleClient
let app: fixture.AppFixture
let grant: fixture.GrantFixture
let seller: fixture.UserFixture
let conversation: Parameters<typeof send>[1]

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
  const guard = createAddressGuard({ allow: ['127.0.0.0/8'] })
  outbound = createOutbound({ guard, clock: systemClock, log })
  receiver = await startWebhookReceiver(() => says)
})
afterAll(async () => {
  await receiver.close()
  await outbound.close()
  await node.close()
})
beforeEach(async () => {
  says = 200
  receiver.received.splice(0)
  const developer = await fixture.addUser(node.db, { developer: true })
  call = consoleClient(node.url, developer.cookie)
  seller = await fixture.addUser(node.db)
  const buyer = await fixture.addUser(node.db)
  const post = await fixture.addPost(node.db, seller.id)
  const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  conversation = { conversationId, postToken: post.token, supplierId: seller.id, demandId: buyer.id }
  app = await fixture.addApp(node.db, developer.id, {
    eventsUrl: receiver.url,
    identificationKey: IDENTIFICATION_KEY,
  })
  grant = await fixture.addGrant(node.db, app.id, seller.id, ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'])
  dispatcher = createDispatcher(
    { pool: node.database.pool, outbound, clock: systemClock, log },
    { claimEveryMs: 10, quietAfterReconnectMs: 0 },
  )
  dispatcher.start()
})
afterEach(() => dispatcher.stop())

const subscribe = (metadata: Record<string, unknown> = {}): Promise<string> =>
  fixture.addSubscription(node.db, app, seller.id, grant.grantId, { metadata })

const list = async (query = ''): Promise<Deliveries> => {
  const answer = await call<Deliveries>('GET', `/apps/${app.slug}/deliveries${query}`)
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}

/** Sends and waits until each message's delivery is in this state after this many attempts. */
const deliver = async (texts: string[], state: string, attempts = 1): Promise<Deliveries['deliveries']> => {
  await send(node.database.pool, conversation, texts)
  return await waitFor(async () => {
    const { deliveries } = await list(`?state=${state}`)
    return deliveries.length === texts.length && deliveries.every((one) => one.attempts_made >= attempts)
      ? deliveries
      : null
  })
}

describe('deliveries', () => {
  test('are listed, and each shows what went over the wire, the identification key masked', async () => {
    says = { status: 200, headers: { 'x-app': 'v7' }, body: 'thanks' }
    await subscribe({ ref: 7 })
    const [summary] = await deliver(['سلام'], 'delivered')
    expect(summary).toMatchObject({
      event_type: 'NEW_MESSAGE',
      reason: null,
      replay: false,
      conversation_id: conversation.conversationId,
      finished_at: expect.any(String),
      next_attempt_at: null,
      attempts_made: 1,
    })
    const answer = await call<Delivery>('GET', `/apps/${app.slug}/deliveries/${summary!.id}`)
    const [heard] = receiver.received
    const { attempts, request_body, ...rest } = answer.body
    expect(rest).toEqual(summary)
    expect(request_body).toBe(heard!.body)
    expect(attempts).toMatchObject([
      {
        attempt: 1,
        outcome: 'delivered',
        error: null,
        status: 200,
        answer_body: 'thanks',
        answer_headers: { 'x-app': 'v7' },
        request_headers: {
          'webhook-id': heard!.headers['webhook-id'],
          'webhook-signature': heard!.headers['webhook-signature'],
          'charsu-attempt': '1',
        },
      },
    ])
    expect(attempts[0]!.duration_ms).toBeGreaterThanOrEqual(0)
    expect(heard!.headers.authorization).toBe(IDENTIFICATION_KEY)
    expect(attempts[0]!.request_headers).toHaveProperty('authorization')
    expect(answer.text).not.toContain(IDENTIFICATION_KEY)
    expect(summary!.webhook_id).toBe(heard!.headers['webhook-id'])
  })

  test('that failed show each attempt’s error, and when the next will be', async () => {
    says = { status: 500, body: 'out of order' }
    await subscribe()
    const [waiting] = await deliver(['hello'], 'pending')
    expect(waiting).toMatchObject({ finished_at: null, next_attempt_at: expect.any(String) })
    const { body } = await call<Delivery>('GET', `/apps/${app.slug}/deliveries/${waiting!.id}`)
    expect(body.attempts).toMatchObject([{ outcome: 'retry', status: 500, answer_body: 'out of order' }])
  })

  test('come by pages, the newest first, each once, and by state', async () => {
    await subscribe()
    await deliver(['1', '2', '3', '4', '5'], 'delivered')
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Deliveries = await list(`?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...page.deliveries.map(({ id }) => id))
      cursor = page.next_cursor
    } while (cursor !== null)
    expect(seen).toHaveLength(5)
    expect(seen.map(Number)).toEqual(seen.map(Number).toSorted((a, b) => b - a))
    expect((await list('?state=dead')).deliveries).toEqual([])
    expect((await list('?state=delivered&limit=100')).deliveries).toHaveLength(5)
  })

  test.each([
    ['state=lost', 'state'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['limit=0x10', 'limit'],
    ['cursor=abc', 'cursor'],
  ])('refuse ?%s, naming it', async (query, field) => {
    const answer = await call('GET', `/apps/${app.slug}/deliveries?${query}`)
    expect([answer.status, Object.keys(wrongFields(answer))]).toEqual([400, [field]])
  })

  test.each(['0', '999999999', '99999999999999999999', 'abc', '1e3'])(
    'of the id %s there is none',
    async (id) => {
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/resend'],
      ] as const) {
        const answer = await call(method, `/apps/${app.slug}/deliveries/${id}${path}`)
        expect(refusal(answer)).toEqual([404, 5, 'DELIVERY_NOT_FOUND'])
      }
    },
  )

  test('of another app of the same developer do not show', async () => {
    await subscribe()
    const [delivery] = await deliver(['mine'], 'delivered')
    const other = 'an-other-app'
    expect((await call('POST', '/apps', { slug: other, display_name: 'Other' })).status).toBe(200)
    expect((await call<Deliveries>('GET', `/apps/${other}/deliveries`)).body.deliveries).toEqual([])
    const path = `/apps/${other}/deliveries/${delivery!.id}`
    expect(refusal(await call('GET', path))).toEqual([404, 5, 'DELIVERY_NOT_FOUND'])
    expect(refusal(await call('POST', `${path}/resend`))).toEqual([404, 5, 'DELIVERY_NOT_FOUND'])
  })
})

describe('resending', () => {
  test('sends the same body under the same webhook-id, as a delivery of its own', async () => {
    await subscribe()
    const [first] = await deliver(['again'], 'delivered')
    const answer = await call<{ delivery_id: string }>(
      'POST',
      `/apps/${app.slug}/deliveries/${first!.id}/resend`,
    )
    expect(answer.status, answer.text).toBe(200)
    await waitFor(() => receiver.received.length === 2)
    const [once, twice] = receiver.received
    expect(twice!.body).toBe(once!.body)
    expect(twice!.headers['webhook-id']).toBe(once!.headers['webhook-id'])
    const path = `/apps/${app.slug}/deliveries/${answer.body.delivery_id}`
    const second = await waitFor(async () => {
      const { body } = await call<Delivery>('GET', path)
      return body.state === 'delivered' ? body : null
    })
    expect(second).toMatchObject({ replay: true, webhook_id: first!.webhook_id })
  })

  test('is refused while the delivery goes on by itself', async () => {
    says = 500
    await subscribe()
    const [waiting] = await deliver(['hello'], 'pending')
    const answer = await call('POST', `/apps/${app.slug}/deliveries/${waiting!.id}/resend`)
    expect(refusal(answer)).toEqual([412, 9, 'DELIVERY_NOT_FINISHED'])
  })

  test('is refused after the user took their consent back', async () => {
    await subscribe()
    const [first] = await deliver(['hello'], 'delivered')
    await node.database.pool.query('update grants set revoked_at = now() where id = $1', [grant.grantId])
    const answer = await call('POST', `/apps/${app.slug}/deliveries/${first!.id}/resend`)
    expect(refusal(answer)).toEqual([412, 9, 'GRANT_REVOKED'])
  })
})

describe('the endpoint', () => {
  const health = async (): Promise<EndpointHealth> =>
    (await call<EndpointHealth>('GET', `/apps/${app.slug}/endpoint`)).body

  test('is enabled and without advice when all is well', async () => {
    await subscribe()
    await deliver(['hello'], 'delivered')
    expect(await health()).toMatchObject({
      url: receiver.url,
      state: 'enabled',
      paused_until: null,
      failure_streak: 0,
      waiting: 0,
      advice: '',
    })
  })

  test('says how often it failed and how many wait', async () => {
    says = 503
    await subscribe()
    await deliver(['hello'], 'pending')
    expect(await health()).toMatchObject({
      state: 'enabled',
      failure_streak: 1,
      first_failure_at: expect.any(String),
      last_failure_at: expect.any(String),
      waiting: 1,
      advice: expect.stringContaining('the last 1 attempts failed'),
    })
  })

  test('that asked for time is paused until then', async () => {
    says = { status: 429, headers: { 'retry-after': '600' } }
    await subscribe()
    await deliver(['hello'], 'pending')
    const { state, paused_until, advice } = await health()
    expect([state, Date.parse(paused_until!) > Date.now()]).toEqual(['paused', true])
    expect(advice).toContain(paused_until)
  })

  test('disabled by a 410 can be enabled again, and then delivers what waited', async () => {
    says = 410
    await subscribe()
    await deliver(['hello'], 'pending')
    expect(await health()).toMatchObject({
      state: 'disabled',
      disabled_reason: 'answered_410_gone',
      advice: expect.stringContaining('answered 410'),
    })
    says = 200
    const answer = await call('POST', `/apps/${app.slug}/endpoint/enable`)
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { state: 'enabled', disabled_reason: null, failure_streak: 0 },
    ])
    await node.database.pool.query(
      'update delivery_queue set due_at = clock_timestamp() where due_at is not null',
    )
    await waitFor(async () => (await list('?state=delivered')).deliveries.length === 1)
  })

  test('that is not disabled cannot be enabled', async () => {
    const answer = await call('POST', `/apps/${app.slug}/endpoint/enable`)
    expect(refusal(answer)).toEqual([412, 9, 'ENDPOINT_NOT_DISABLED'])
  })

  test('with another URL starts with a clean record', async () => {
    says = 500
    await subscribe()
    await deliver(['hello'], 'pending')
    await call('PATCH', `/apps/${app.slug}`, { events_url: `${receiver.url}/moved` })
    expect(await health()).toMatchObject({ url: `${receiver.url}/moved`, failure_streak: 0, advice: '' })
  })

  test('without a URL says what to do', async () => {
    await call('PATCH', `/apps/${app.slug}`, { events_url: '' })
    expect(await health()).toMatchObject({
      state: 'no_url',
      advice: expect.stringContaining('set events_url'),
    })
  })
})

describe('clicks', () => {
  const addClick = async (outcome: 'opened' | 'failed', reason: string | null = null): Promise<string> => {
    const id = newId()
    await node.db
      .insertInto('clicks')
      .values({
        id,
        app_id: app.id,
        user_id: seller.id,
        message_id: newId(),
        notice_id: null,
        conversation_id: conversation.conversationId,
        button: 'rows[0].buttons[1]',
        action: 'open_server_link',
        outcome,
        reason,
        detail: reason && 'the app answered 500: look at its log',
        request: JSON.stringify({ url: 'http://127.0.0.1:9/session' }),
        answer_status: reason ? 500 : 200,
        answer_body: '{}',
        duration_ms: 12,
      })
      .execute()
    return id
  }

  test('show their cause and fix, under the id by which the app knows the user', async () => {
    const opened = await addClick('opened')
    const failed = await addClick('failed', 'NOT_2XX')
    const { body, text } = await call<Clicks>('GET', `/apps/${app.slug}/clicks`)
    expect(body.clicks).toMatchObject([
      {
        id: failed,
        outcome: 'failed',
        reason: 'NOT_2XX',
        detail: 'the app answered 500: look at its log',
        button: 'rows[0].buttons[1]',
        request: { url: 'http://127.0.0.1:9/session' },
        answer_status: 500,
      },
      { id: opened, outcome: 'opened', reason: null },
    ])
    expect(body.clicks[0]!.user_id).toMatch(/^[\w-]{22}$/)
    expect(text).not.toContain(seller.id)
  })

  test('come by pages and by outcome', async () => {
    const ids = [await addClick('opened'), await addClick('failed', 'X'), await addClick('opened')]
    const first = await call<Clicks>('GET', `/apps/${app.slug}/clicks?limit=2`)
    const cursor = first.body.next_cursor
    const second = await call<Clicks>('GET', `/apps/${app.slug}/clicks?limit=2&cursor=${cursor}`)
    expect([...first.body.clicks, ...second.body.clicks].map(({ id }) => id)).toEqual(ids.toReversed())
    expect(second.body.next_cursor).toBeNull()
    const failed = await call<Clicks>('GET', `/apps/${app.slug}/clicks?outcome=failed`)
    expect(failed.body.clicks.map(({ id }) => id)).toEqual([ids[1]])
    const wrong = await call('GET', `/apps/${app.slug}/clicks?outcome=lost&cursor=7`)
    expect(Object.keys(wrongFields(wrong)).toSorted()).toEqual(['cursor', 'outcome'])
  })
})

describe('subscriptions', () => {
  const listed = async (): Promise<Subscriptions['subscriptions']> =>
    (await call<Subscriptions>('GET', `/apps/${app.slug}/subscriptions`)).body.subscriptions

  test('are shown with their metadata while they hear events', async () => {
    const id = await subscribe({ ref: 7 })
    const [subscription, ...more] = await listed()
    expect(subscription).toMatchObject({
      id,
      event_type: 'NEW_MESSAGE_ON_POST',
      event_resource_id: null,
      metadata: { ref: 7 },
      user_id: expect.stringMatching(/^[\w-]{22}$/),
    })
    expect(more).toEqual([])
  })

  test.each([
    ['it ended', 'update subscriptions set ended_at = now() where app_id = $1'],
    ['its token expired', `update subscriptions set expires_at = now() - interval '1 s' where app_id = $1`],
    ['the user took their consent back', 'update grants set revoked_at = now() where app_id = $1'],
  ])('are gone from the list once %s', async (_why, statement) => {
    await subscribe()
    await node.database.pool.query(statement, [app.id])
    expect(await listed()).toEqual([])
  })
})
