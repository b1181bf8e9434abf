import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { expect, test } from 'vitest'
import { finishedDeliveries, openDeliveries, send } from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { eventRendering } from '../../testing/event-rendering.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { systemClock } from '../clock.ts'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createOutbound } from '../outbound/call-app.ts'
import { createDispatcher } from './dispatcher.ts'

const bed = useDispatcherBed()
const { dispatcher, receiver, listeningApp, drained } = bed

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

test('a new URL or identification key is in force at the next attempt, without a restart', async () => {
  const before = await receiver()
  const after = await receiver()
  const { appId, conversation, endpointId } = await listeningApp(before.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['one'])
  await drained()
  await bed.pool.query(`update apps set identification_key = 'new-key' where id = $1`, [appId])
  await bed.pool.query('update endpoints set url = $2, revision = revision + 1 where id = $1', [
    endpointId,
    after.url,
  ])
  await send(bed.pool, conversation, ['two'])
  await drained()
  expect(before.received).toHaveLength(1)
  expect(after.received[0]?.headers.authorization).toBe('new-key')
})

test('an attempt has 10 s from the look-up to the last byte, and 16 KiB of the answer are kept', async () => {
  const app = await receiver(() => ({ status: 200, body: 'x'.repeat(20_000) }))
  const { conversation } = await listeningApp(app.url)
  const deadlines: number[] = []
  const outbound = createOutbound({
    guard: createAddressGuard({ allow: ['127.0.0.0/8'] }),
    clock: systemClock,
    log: { warn() {} },
  })
  const running = createDispatcher({
    rendering: eventRendering,
    pool: bed.pool,
    outbound: {
      call(call) {
        deadlines.push(call.deadlineMs)
        return outbound.call(call)
      },
    },
    clock: systemClock,
    log: { info() {}, warn() {}, error() {} },
  })
  running.start()
  await send(bed.pool, conversation, ['hello'])
  await drained()
  await running.stop()
  await outbound.close()
  expect(deadlines).toEqual([10_000])
  const { rows } = await bed.pool.query('select attempt_log from delivery_history')
  expect(rows[0].attempt_log[0].answerBody).toBe('x'.repeat(16 * 1024))
})
