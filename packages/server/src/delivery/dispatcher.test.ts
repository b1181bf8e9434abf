import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { expect, test } from 'vitest'
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
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { WebhookAnswer } from '../../testing/webhook-receiver.ts'
import { systemClock } from '../clock.ts'

const bed = useDispatcherBed()
const { dispatcher, receiver, listeningApp, drained, makeDue, attemptsMade } = bed

test('a message reaches the app with its identification key, a signature and its place in the contract', async () => {
  const app = await receiver()
  const { conversation, identificationKey, secret, endpointId } = await listeningApp(app.url, {
    ref: 7,
  })
  dispatcher().start()
  await send(bed.pool, conversation, ['سلام'])
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
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([{ state: 'delivered', attempts: 1 }])
  const { rows } = await bed.pool.query('select attempt_log from delivery_history')
  expect(rows[0].attempt_log).toMatchObject([
    { attempt: 1, outcome: 'delivered', status: 200, error: null, answerBody: '' },
  ])
  expect(rows[0].attempt_log[0].requestHeaders.authorization).toBe('***')
  expect(JSON.stringify(rows)).not.toContain(identificationKey)
})

test('deliveries that a send handed over in memory go out without any claim', async () => {
  const app = await receiver()
  const { conversation } = await listeningApp(app.url)
  const running = dispatcher({ claimEveryMs: 60_000 })
  running.start()
  await waitFor(() => running.freeSlots().defaultFree > 0)
  const leasedAt = systemClock.monotonic()
  const leases = await send(bed.pool, conversation, ['one', 'two', 'three'], {
    node: running.nodeId,
    leaseMs: running.leaseSeconds * 1000,
    defaultFree: running.freeSlots().defaultFree,
  })
  expect(leases).toHaveLength(1)
  running.accept(leases, leasedAt)
  await drained()
  expect(app.received.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  expect(running.inFlight).toBe(0)
})

test('a conversation stays in order, and a failing message holds the next back until it is delivered', async () => {
  const app = await receiver((text, index) => (text === 'one' && index < 2 ? 500 : 200))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['one', 'two'])
  for (const attempts of [1, 2]) {
    await waitFor(async () => (await attemptsMade()) === attempts)
    expect(app.received.every(({ text }) => text === 'one')).toBe(true)
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
    await makeDue()
  }
  await drained()
  expect(app.received.map(({ text }) => text)).toEqual(['one', 'one', 'one', 'two'])
})

test('a retry carries the same webhook-id and the same bytes, and says which attempt it is', async () => {
  const app = await receiver((_text, index) => (index === 0 ? 503 : 200))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['again'])
  await waitFor(async () => (await attemptsMade()) === 1)
  const { rows } = await bed.pool.query(
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
  await send(bed.pool, conversation, ['bad', 'good', 'better'])
  for (const attempts of [1, 2]) {
    await waitFor(async () => (await attemptsMade()) === attempts)
    await makeDue()
  }
  await waitFor(async () => (await openDeliveries(bed.pool)) === 1)
  expect(app.received.map(({ text }) => text)).toEqual(['bad', 'bad', 'bad', 'good', 'better'])
  const { rows } = await bed.pool.query('select failures, lane, conversation_id from delivery_queue')
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
  await send(bed.pool, conversation, ['refused', 'welcome'])
  await drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
    { state: 'dead', reason: 'status_422', attempts: 1 },
    { state: 'delivered', attempts: 1 },
  ])
})

test('blacklisting whoever consented ends what is queued as cancelled, without another call', async () => {
  const app = await receiver(() => 500)
  const { conversation, endpointId, grantId } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['first', 'second'])
  await waitFor(async () => (await attemptsMade()) === 1)
  await bed.pool.query(
    'update users set blacklisted = true where id = (select user_id from grants where id = $1)',
    [grantId],
  )
  await makeDue()
  await drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
    { state: 'cancelled', reason: 'user_blacklisted' },
    { state: 'cancelled', reason: 'user_blacklisted' },
  ])
  expect(app.received).toHaveLength(1)
})

test('the host’s approval taken back ends what is queued as cancelled, without another call', async () => {
  const app = await receiver(() => 500)
  const { conversation, endpointId, appId } = await listeningApp(app.url)
  await bed.pool.query('update apps set development = false where id = $1', [appId])
  await bed.pool.query(`insert into app_scopes (app_id, name, approved_at) values ($1, 'USER_ID', now())`, [
    appId,
  ])
  dispatcher().start()
  await send(bed.pool, conversation, ['first', 'second'])
  await waitFor(async () => (await attemptsMade()) === 1)
  await bed.pool.query('update app_scopes set approved_at = null where app_id = $1', [appId])
  await makeDue()
  await drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
    { state: 'cancelled', reason: 'approval_withdrawn' },
    { state: 'cancelled', reason: 'approval_withdrawn' },
  ])
  expect(app.received).toHaveLength(1)
})

test('consent taken back ends what is queued as cancelled, without another call', async () => {
  const app = await receiver((_text, index) => (index === 0 ? 500 : 200))
  const { conversation, endpointId, grantId, ...endpoint } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['first', 'second'])
  await waitFor(async () => (await attemptsMade()) === 1)
  await revokeGrant(bed.pool, grantId)
  await addRevocationEvent(bed.pool, { ...endpoint, endpointId }, 'pseudonym')
  await makeDue()
  await drained()
  expect(
    (await finishedDeliveries(bed.pool, endpointId)).map(({ state, reason }) => [state, reason]).sort(),
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

test('an answer that PostgreSQL cannot hold as text is stored in a form that it can', async () => {
  const app = await receiver(() => ({ status: 200, body: 'a\0b\ud800', headers: { 'x-odd': 'caf\u00e9' } }))
  const { conversation, endpointId } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['hello'])
  await drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([{ state: 'delivered' }])
})

test('a delivery whose lease is nearly over is given back, not attempted', async () => {
  const app = await receiver()
  const { conversation } = await listeningApp(app.url)
  const running = dispatcher({ claimEveryMs: 60_000 })
  running.start()
  const leases = await send(bed.pool, conversation, ['late'], {
    node: running.nodeId,
    leaseMs: running.leaseSeconds * 1000,
    defaultFree: 1,
  })
  running.accept(leases, systemClock.monotonic() - 18_500)
  await waitFor(async () => {
    const { rows } = await bed.pool.query('select due_at, lease_until, attempts from delivery_queue')
    return rows[0].due_at !== null && rows[0].lease_until === null && rows[0].attempts === 0
  })
  expect(app.received).toHaveLength(0)
  running.wake()
  await drained()
})

test('stopping finishes what is under way, gives back what hangs, and takes nothing more', async () => {
  const slow = Promise.withResolvers<WebhookAnswer>()
  const app = await receiver((text) => (text === 'slow' ? slow.promise : 'hang'))
  const endpoint = await addEndpoint(bed.pool, app.url)
  const first = await addConversation(bed.pool)
  await subscribe(bed.pool, endpoint, first.supplierId)
  const second = await addConversation(bed.pool, first.supplierId)
  await send(bed.pool, first, ['slow', 'next'])
  await send(bed.pool, second, ['hangs'])
  const running = dispatcher({ graceMs: 200 })
  running.start()
  await waitFor(() => app.received.length === 2)
  const stopped = running.stop()
  slow.resolve(200)
  await stopped
  const { rows } = await bed.pool.query(
    'select lease_until, due_at is not null as ready, attempts from delivery_queue',
  )
  expect(rows).toEqual([
    { lease_until: null, ready: true, attempts: 0 },
    { lease_until: null, ready: true, attempts: 0 },
  ])
  expect((await finishedDeliveries(bed.pool, endpoint.endpointId)).map(({ state }) => state)).toEqual([
    'delivered',
  ])
  expect(running.freeSlots()).toMatchObject({ endpoints: [], free: [], defaultFree: 0 })
})

test('a dispatcher that is not started sends nothing and offers no slots', async () => {
  const app = await receiver()
  const { conversation } = await listeningApp(app.url)
  const off = dispatcher()
  expect(off.freeSlots()).toMatchObject({ endpoints: [], free: [], defaultFree: 0 })
  await send(bed.pool, conversation, ['waiting'])
  await off.stop()
  expect(await openDeliveries(bed.pool)).toBe(1)
  expect(app.received).toHaveLength(0)
})
