import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  finishedDeliveries,
  openDeliveries,
  send,
  subscribe,
} from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { WebhookAnswer } from '../../testing/webhook-receiver.ts'
import type { DispatcherDeps } from './dispatcher.ts'

/** A claim and a send that are asked at the same time are offered the same slots; both may come back with leases. */

const bed = useDispatcherBed()

async function twoLeasesForOneSlot(deps: Partial<DispatcherDeps> = {}) {
  const answer = Promise.withResolvers<WebhookAnswer>()
  const app = await bed.receiver((text) => (text === 'first' ? answer.promise : 200))
  const { conversation, endpointId } = await bed.listeningApp(app.url)
  const second = await addConversation(bed.pool, conversation.supplierId)
  await bed.pool.query('update endpoints set concurrency = 1 where id = $1', [endpointId])
  const dispatcher = bed.dispatcher({ claimEveryMs: 60_000 }, deps)
  dispatcher.start()
  const as = { node: dispatcher.nodeId, leaseMs: 30_000, defaultFree: 5 }
  const leasedAt = performance.now()
  dispatcher.accept(await send(bed.pool, conversation, ['first'], as), leasedAt)
  dispatcher.accept(await send(bed.pool, second, ['second'], as), leasedAt)
  // Whatever the second were to do, it would have done before a third that is nobody's neighbour has arrived.
  const elsewhere = await bed.receiver()
  const neighbour = await bed.listeningApp(elsewhere.url)
  dispatcher.accept(await send(bed.pool, neighbour.conversation, ['third'], as), leasedAt)
  await waitFor(() => elsewhere.received.length === 1 && app.received.length > 0)
  return { app, answer, dispatcher, endpointId }
}

test('what is leased beyond an endpoint’s concurrency waits for its turn', async () => {
  const { app, answer, dispatcher, endpointId } = await twoLeasesForOneSlot()
  expect(app.received.map(({ text }) => text)).toEqual(['first'])
  expect(dispatcher.inFlight).toBeGreaterThanOrEqual(2)
  answer.resolve(200)
  await bed.drained()
  expect(app.received.map(({ text }) => text)).toEqual(['first', 'second'])
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([{ attempts: 1 }, { attempts: 1 }])
  expect(dispatcher.inFlight).toBe(0)
})

test('it is leased anew when its turn is long in coming, for its consent may be taken back by then', async () => {
  const clock = { now: Date.now, monotonic: () => performance.now() + late }
  let late = 0
  const { app, answer, dispatcher, endpointId } = await twoLeasesForOneSlot({ clock })
  late = 5_000
  await bed.pool.query(
    `update grants set revoked_at = now() where id = any(select grant_id from delivery_queue)`,
  )
  answer.resolve(200)
  await waitFor(() => dispatcher.inFlight === 0)
  dispatcher.wake()
  await bed.drained()
  expect(app.received.map(({ text }) => text)).toEqual(['first'])
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
    { state: 'delivered' },
    { state: 'cancelled', reason: 'grant_revoked' },
  ])
})

test('a message for many apps takes no more slots than the node has in all', async () => {
  const conversation = await addConversation(bed.pool)
  for (let i = 0; i < 6; i++) {
    await subscribe(bed.pool, await addEndpoint(bed.pool, 'http://127.0.0.1:9/a'), conversation.supplierId)
  }
  const as = { node: randomUUID(), leaseMs: 30_000, defaultFree: 5, room: 4 }
  expect(await send(bed.pool, conversation, ['hello'], as)).toHaveLength(4)
  const { rows } = await bed.pool.query('select count(*) from delivery_queue where due_at is not null')
  expect(rows).toEqual([{ count: 2 }])
})

test.each(['fails', 'is stopped'])(
  'it is given back unattempted when the endpoint or the node %s',
  async (which) => {
    const { app, answer, dispatcher } = await twoLeasesForOneSlot()
    if (which === 'fails') answer.resolve({ status: 503, headers: { 'retry-after': '3600' } })
    const stopped = which === 'fails' ? undefined : dispatcher.stop()
    const waiting = async () => {
      const { rows } = await bed.pool.query(
        'select attempts, due_at is not null as ready from delivery_queue where lease_until is null order by id desc limit 1',
      )
      return rows[0]
    }
    await waitFor(async () => (await waiting())?.attempts === 0)
    expect(await waiting()).toEqual({ attempts: 0, ready: true })
    expect(app.received).toHaveLength(1)
    answer.resolve(200)
    await stopped
    expect(await openDeliveries(bed.pool)).toBe(which === 'fails' ? 2 : 1)
  },
)
