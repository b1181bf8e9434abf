import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  addRevocationEvent,
  finishedDeliveries,
  misplacedDeliveries,
  openDeliveries,
  revokeGrant,
  send,
  subscribe,
} from '../../testing/delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookAnswer } from '../../testing/webhook-receiver.ts'
import { systemClock } from '../clock.ts'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createOutbound, type Outbound } from '../outbound/call-app.ts'
import { createDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts'

const log = { info() {}, warn() {}, error() {} }
let database: TestDatabase
let outbound: Outbound
const cleanups: (() => unknown)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  outbound = createOutbound({
    guard: createAddressGuard({ allow: ['127.0.0.0/8'] }),
    clock: systemClock,
    log,
  })
})
afterAll(async () => {
  await outbound.close()
  await database.drop()
})
beforeEach(() => database.pool.query('truncate delivery_queue, delivery_history, delivery_attempts'))
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Everything fast, and no chance in the schedule. */
function dispatcher(options: Partial<DispatcherOptions> = {}): Dispatcher {
  const created = createDispatcher(
    { pool: database.pool, outbound, clock: systemClock, log, random: () => 0.5 },
    { claimEveryMs: 10, sweepEveryMs: 50, quietAfterReconnectMs: 0, ...options },
  )
  cleanups.push(() => created.stop())
  return created
}

async function receiver(
  answer?: (text: string | undefined, index: number) => WebhookAnswer | Promise<WebhookAnswer>,
) {
  const started = await startWebhookReceiver(answer && ((call, index) => answer(call.text, index)))
  cleanups.push(() => started.close())
  return started
}

/** One app that hears one conversation. */
async function listeningApp(url: string, metadata: object = {}) {
  const endpoint = await addEndpoint(database.pool, url)
  const conversation = await addConversation(database.pool)
  const subscription = await subscribe(database.pool, endpoint, conversation.supplierId, metadata)
  return { ...endpoint, ...subscription, conversation }
}

const drained = () => waitFor(async () => (await openDeliveries(database.pool)) === 0)

/** Retries wait minutes; tests let the schedule run out at once instead. */
const makeDue = () =>
  database.pool.query('update delivery_queue set due_at = clock_timestamp() where due_at is not null')

test('a message reaches the app with its identification key, a signature and its place in the contract', async () => {
  const app = await receiver()
  const { appId, conversation, identificationKey, secret, endpointId } = await listeningApp(app.url, {
    ref: 7,
  })
  dispatcher().start()
  await send(database.pool, conversation, ['سلام'])
  await drained()
  const [call] = app.received
  expect(app.received).toHaveLength(1)
  expect(call?.headers.authorization).toBe(identificationKey)
  expect(call?.headers['content-type']).toBe('application/json')
  expect(call?.headers['charsu-attempt']).toBe('1')
  const now = Date.now() / 1000
  expect(verifyWebhook({ headers: call!.headers, body: call!.body, secrets: [secret], now })).toEqual({
    ok: true,
  })
  expect(call?.json).toEqual({
    type: 'NEW_MESSAGE',
    metadata: { ref: 7 },
    new_message: {
      id: expect.any(String),
      conversation: { id: conversation.conversationId, type: 'POST', post_token: conversation.postToken },
      sender: { side: 'BUYER', type: 'HUMAN' },
      type: 'TEXT',
      sent_at: expect.any(Number),
      text: 'سلام',
    },
  })
  expect(await finishedDeliveries(database.pool, endpointId)).toMatchObject([
    { state: 'delivered', attempts: 1 },
  ])
  const { rows } = await database.pool.query('select * from delivery_attempts')
  expect(rows).toMatchObject([
    { attempt: 1, outcome: 'delivered', status: 200, error: null, answer_body: '' },
  ])
  expect(rows[0].request_headers.authorization).toBe('***')
  expect(JSON.stringify(rows)).not.toContain(identificationKey)
  expect(appId).toBeDefined()
})

test('deliveries that a send handed over in memory go out without any claim', async () => {
  const app = await receiver()
  const { conversation } = await listeningApp(app.url)
  const running = dispatcher({ claimEveryMs: 60_000 })
  running.start()
  await waitFor(() => running.freeSlots().defaultFree > 0)
  const leasedAt = systemClock.monotonic()
  const leases = await send(database.pool, conversation, ['one', 'two', 'three'], {
    node: running.nodeId,
    leaseMs: running.leaseSeconds * 1000,
    defaultFree: running.freeSlots().defaultFree,
  })
  expect(leases).toHaveLength(1)
  running.accept(leases, leasedAt)
  await drained()
  expect(app.received.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  expect(running.held).toBe(0)
})

test('a conversation stays in order, and a failing message holds the next back until it is delivered', async () => {
  const app = await receiver((text, index) => (text === 'one' && index < 2 ? 500 : 200))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(database.pool, conversation, ['one', 'two'])
  for (const attempts of [1, 2]) {
    await waitFor(async () => (await attemptsMade()) === attempts)
    expect(app.received.every(({ text }) => text === 'one')).toBe(true)
    expect(await misplacedDeliveries(database.pool)).toEqual([])
    await makeDue()
  }
  await drained()
  expect(app.received.map(({ text }) => text)).toEqual(['one', 'one', 'one', 'two'])
})

const attemptsMade = async () => {
  const { rows } = await database.pool.query<{ count: number }>('select count(*) from delivery_attempts')
  return rows[0]!.count
}

test('a retry carries the same webhook-id and the same bytes, and says which attempt it is', async () => {
  const app = await receiver((_text, index) => (index === 0 ? 503 : 200))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(database.pool, conversation, ['again'])
  await waitFor(async () => (await attemptsMade()) === 1)
  const { rows } = await database.pool.query(
    `select attempts, failures, due_at - clock_timestamp() between interval '3 seconds' and interval '5 seconds' as scheduled
     from delivery_queue`,
  )
  expect(rows).toEqual([{ attempts: 1, failures: 1, scheduled: true }])
  await makeDue()
  await drained()
  const [first, second] = app.received
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  expect(second?.body).toBe(first?.body)
  expect(second?.headers['charsu-attempt']).toBe('2')
})

test('after its third failure a message leaves its lane, goes on by itself, and the next one moves up', async () => {
  const app = await receiver((text) => (text === 'bad' ? 500 : 200))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(database.pool, conversation, ['bad', 'good', 'better'])
  for (const attempts of [1, 2]) {
    await waitFor(async () => (await attemptsMade()) === attempts)
    await makeDue()
  }
  await waitFor(async () => (await openDeliveries(database.pool)) === 1)
  expect(app.received.map(({ text }) => text)).toEqual(['bad', 'bad', 'bad', 'good', 'better'])
  const { rows } = await database.pool.query('select failures, lane, conversation_id from delivery_queue')
  expect(rows[0].failures).toBe(3)
  expect(rows[0].lane).not.toBe(rows[0].conversation_id)
  await makeDue()
  await waitFor(() => app.received.length === 6)
  expect(app.received[5]?.text).toBe('bad')
})

test('a status that will never change ends the delivery at once, kept with its reason', async () => {
  const app = await receiver((text) => (text === 'refused' ? 422 : 200))
  const { conversation, endpointId } = await listeningApp(app.url)
  dispatcher().start()
  await send(database.pool, conversation, ['refused', 'welcome'])
  await drained()
  expect(await finishedDeliveries(database.pool, endpointId)).toMatchObject([
    { state: 'dead', reason: 'status_422', attempts: 1 },
    { state: 'delivered', attempts: 1 },
  ])
})

test('consent taken back ends what is queued as cancelled, without another call', async () => {
  const app = await receiver((_text, index) => (index === 0 ? 500 : 200))
  const { conversation, endpointId, grantId, ...endpoint } = await listeningApp(app.url)
  dispatcher().start()
  await send(database.pool, conversation, ['first', 'second'])
  await waitFor(async () => (await attemptsMade()) === 1)
  await revokeGrant(database.pool, grantId)
  await addRevocationEvent(database.pool, { ...endpoint, endpointId }, 'pseudonym')
  await makeDue()
  await drained()
  expect(
    (await finishedDeliveries(database.pool, endpointId)).map(({ state, reason }) => [state, reason]).sort(),
  ).toEqual([
    ['cancelled', 'grant_revoked'],
    ['cancelled', 'grant_revoked'],
    ['delivered', null],
  ])
  expect(app.received).toHaveLength(2)
  expect(app.received[1]?.json).toEqual({
    type: 'USER_ACCESS_REVOCATION',
    user_access_revocation: { user_id: 'pseudonym' },
  })
})

test('410 disables the endpoint at once; what waits for it is kept and goes out when it is enabled again', async () => {
  const app = await receiver((_text, index) => (index === 0 ? 410 : 200))
  const { conversation, endpointId } = await listeningApp(app.url)
  const other = await listeningApp((await receiver()).url)
  dispatcher().start()
  await send(database.pool, conversation, ['one'])
  await waitFor(async () => (await endpointRow(endpointId)).state === 'disabled')
  expect(await endpointRow(endpointId)).toMatchObject({ disabled_reason: 'answered_410_gone', revision: 2 })
  await makeDue()
  await send(database.pool, conversation, ['two'])
  await send(database.pool, other.conversation, ['passing by'])
  await waitFor(async () => (await finishedDeliveries(database.pool, other.endpointId)).length === 1)
  expect(app.received).toHaveLength(1)
  expect(await misplacedDeliveries(database.pool)).toEqual([])
  await database.pool.query(`update endpoints set state = 'enabled', revision = revision + 1 where id = $1`, [
    endpointId,
  ])
  await drained()
  expect(app.received.map(({ text }) => text)).toEqual(['one', 'one', 'two'])
})

async function endpointRow(id: string) {
  const { rows } = await database.pool.query('select * from endpoints where id = $1', [id])
  return rows[0]
}

test('Retry-After pauses the whole endpoint, costs no attempt, and ends with one probe', async () => {
  let busy = true
  const app = await receiver(() => (busy ? { status: 429, headers: { 'retry-after': '3600' } } : 200))
  const { conversation, endpointId, supplierId, ...endpoint } = await pausable(app.url)
  const second = await addConversation(database.pool, supplierId)
  dispatcher().start()
  await send(database.pool, conversation, ['one'])
  await waitFor(async () => (await endpointRow(endpointId)).paused_until > new Date())
  await send(database.pool, second, ['two'])
  await makeDue()
  const { rows } = await database.pool.query('select attempts, failures from delivery_queue order by id')
  expect(rows).toEqual([
    { attempts: 1, failures: 0 },
    { attempts: 0, failures: 0 },
  ])
  expect(app.received).toHaveLength(1)
  busy = false
  await database.pool.query('update endpoints set paused_until = clock_timestamp() where id = $1', [
    endpointId,
  ])
  await drained()
  expect((await endpointRow(endpointId)).paused_until).toBe(-Infinity)
  expect(app.received).toHaveLength(3)
  expect(endpoint.appId).toBeDefined()
})

async function pausable(url: string) {
  const app = await listeningApp(url)
  return { ...app, supplierId: app.conversation.supplierId }
}

test('an endpoint that fails again and again is left alone by the breaker, then probed by one delivery alone', async () => {
  let broken = true
  const probe = Promise.withResolvers<WebhookAnswer>()
  let calls = 0
  const app = await receiver(() => {
    calls++
    if (broken) return 500
    return calls > 11 ? 200 : probe.promise
  })
  const endpoint = await addEndpoint(database.pool, app.url)
  const first = await addConversation(database.pool)
  await subscribe(database.pool, endpoint, first.supplierId)
  const others = await Promise.all(
    Array.from({ length: 9 }, () => addConversation(database.pool, first.supplierId)),
  )
  for (const conversation of [first, ...others]) await send(database.pool, conversation, ['hello'])
  dispatcher().start()
  await waitFor(async () => (await endpointRow(endpoint.endpointId)).breaker_trips === 1)
  expect(calls).toBe(10)
  broken = false
  await makeDue()
  await database.pool.query('update endpoints set paused_until = clock_timestamp() where id = $1', [
    endpoint.endpointId,
  ])
  await waitFor(() => calls === 11)
  const { rows } = await database.pool.query(
    'select count(*) from delivery_queue where lease_until is not null',
  )
  expect(rows[0].count).toBe(1)
  probe.resolve(200)
  await drained()
  expect(await endpointRow(endpoint.endpointId)).toMatchObject({
    breaker_trips: 0,
    failure_streak: 0,
    first_failure_at: null,
    paused_until: -Infinity,
  })
})

test('an endpoint is disabled when it has failed for five days, and not because it was idle or failed once', async () => {
  const app = await receiver(() => 500)
  const idle = await listeningApp(app.url)
  const failing = await listeningApp(app.url)
  await database.pool.query(
    `update endpoints set failure_streak = case when id = $1 then 12 else 0 end,
       first_failure_at = case when id = $1 then now() - interval '5 days 1 second' end,
       last_success_at = now() - interval '30 days' where id in ($1, $2)`,
    [failing.endpointId, idle.endpointId],
  )
  dispatcher().start()
  await send(database.pool, idle.conversation, ['a'])
  await send(database.pool, failing.conversation, ['b'])
  await waitFor(async () => (await attemptsMade()) === 2)
  expect(await endpointRow(failing.endpointId)).toMatchObject({
    state: 'disabled',
    disabled_reason: 'failing_for_five_days',
  })
  expect(await endpointRow(idle.endpointId)).toMatchObject({ state: 'enabled', failure_streak: 1 })
})

test('one hanging endpoint does not slow another', async () => {
  const hanging = await receiver(() => 'hang')
  const healthy = await receiver()
  const stuck = await addEndpoint(database.pool, hanging.url)
  const first = await addConversation(database.pool)
  await subscribe(database.pool, stuck, first.supplierId)
  for (let i = 0; i < 20; i++) {
    await send(database.pool, await addConversation(database.pool, first.supplierId), ['lost in thought'])
  }
  const well = await listeningApp(healthy.url)
  const running = dispatcher({ graceMs: 0 })
  running.start()
  await waitFor(() => hanging.received.length === 5)
  await send(database.pool, well.conversation, ['one', 'two', 'three'])
  await waitFor(() => healthy.received.length === 3)
  // An endpoint that has not proved itself gets five attempts at once, however much waits for it.
  expect(hanging.received).toHaveLength(5)
})

test('a new URL or identification key is in force at the next attempt, without a restart', async () => {
  const before = await receiver()
  const after = await receiver()
  const { appId, conversation, endpointId } = await listeningApp(before.url)
  dispatcher().start()
  await send(database.pool, conversation, ['one'])
  await drained()
  await database.pool.query(`update apps set identification_key = 'new-key' where id = $1`, [appId])
  await database.pool.query('update endpoints set url = $2, revision = revision + 1 where id = $1', [
    endpointId,
    after.url,
  ])
  await send(database.pool, conversation, ['two'])
  await drained()
  expect(before.received).toHaveLength(1)
  expect(after.received[0]?.headers.authorization).toBe('new-key')
})

test('an answer that PostgreSQL cannot hold as text is stored in a form that it can', async () => {
  const app = await receiver(() => ({ status: 200, body: 'a\0b\ud800', headers: { 'x-odd': 'caf\u00e9' } }))
  const { conversation, endpointId } = await listeningApp(app.url)
  dispatcher().start()
  await send(database.pool, conversation, ['hello'])
  await drained()
  expect(await finishedDeliveries(database.pool, endpointId)).toMatchObject([{ state: 'delivered' }])
})

test('a delivery whose lease is nearly over is given back, not attempted', async () => {
  const app = await receiver()
  const { conversation } = await listeningApp(app.url)
  const running = dispatcher({ claimEveryMs: 60_000 })
  running.start()
  const leases = await send(database.pool, conversation, ['late'], {
    node: running.nodeId,
    leaseMs: running.leaseSeconds * 1000,
    defaultFree: 1,
  })
  running.accept(leases, systemClock.monotonic() - 18_500)
  await waitFor(async () => {
    const { rows } = await database.pool.query('select due_at, lease_until, attempts from delivery_queue')
    return rows[0].due_at !== null && rows[0].lease_until === null && rows[0].attempts === 0
  })
  expect(app.received).toHaveLength(0)
  running.wake()
  await drained()
})

test('stopping finishes what is under way, gives back what hangs, and takes nothing more', async () => {
  const slow = Promise.withResolvers<WebhookAnswer>()
  const app = await receiver((text) => (text === 'slow' ? slow.promise : 'hang'))
  const endpoint = await addEndpoint(database.pool, app.url)
  const first = await addConversation(database.pool)
  await subscribe(database.pool, endpoint, first.supplierId)
  const second = await addConversation(database.pool, first.supplierId)
  await send(database.pool, first, ['slow', 'next'])
  await send(database.pool, second, ['hangs'])
  const running = dispatcher({ graceMs: 200 })
  running.start()
  await waitFor(() => app.received.length === 2)
  const stopped = running.stop()
  slow.resolve(200)
  await stopped
  const { rows } = await database.pool.query(
    'select lease_until, due_at is not null as ready, attempts from delivery_queue',
  )
  expect(rows).toEqual([
    { lease_until: null, ready: true, attempts: 0 },
    { lease_until: null, ready: true, attempts: 0 },
  ])
  expect((await finishedDeliveries(database.pool, endpoint.endpointId)).map(({ state }) => state)).toEqual([
    'delivered',
  ])
  expect(running.freeSlots()).toEqual({ endpoints: [], free: [], defaultFree: 0 })
})

test('a dispatcher that is not started sends nothing and offers no slots', async () => {
  const app = await receiver()
  const { conversation } = await listeningApp(app.url)
  const off = dispatcher()
  expect(off.freeSlots()).toEqual({ endpoints: [], free: [], defaultFree: 0 })
  await send(database.pool, conversation, ['waiting'])
  await off.stop()
  expect(await openDeliveries(database.pool)).toBe(1)
  expect(app.received).toHaveLength(0)
})
