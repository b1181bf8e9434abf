import pg from 'pg'
import { expect, inject, test } from 'vitest'
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
import { newId } from '../ids.ts'

const bed = useDispatcherBed()
const { dispatcher, receiver, listeningApp, drained } = bed

test('after the database was away delivery resumes by itself within 5 s, and what was delivered meanwhile is not sent twice', async () => {
  const inFlight = Promise.withResolvers<number>()
  const app = await receiver((text) => (text === '0' ? inFlight.promise : 200))
  const { conversation } = await listeningApp(app.url)
  const running = dispatcher()
  running.start()
  await send(bed.pool, conversation, ['0', '1', '2'])
  await waitFor(() => app.received.length === 1)

  await using outage = await databaseOutage()
  inFlight.resolve(200)
  await waitFor(() => running.trouble)
  expect(running.freeSlots()).toMatchObject({ endpoints: [], free: [], defaultFree: 0 })
  expect(running.inFlight).toBe(1)
  await outage.end()
  await waitFor(async () => (await openDeliveries(bed.pool)) === 0, { timeoutMs: 5_000 })
  expect(running.trouble).toBeNull()
  expect(app.received.map(({ text }) => text)).toEqual(['0', '1', '2'])
})

test('just after the database came back nobody takes a lease that ran out: its holder may be about to write', async () => {
  const app = await receiver()
  const { conversation } = await listeningApp(app.url)
  await send(bed.pool, conversation, ['held'], { node: newId(), leaseMs: 1, defaultFree: 1 })
  dispatcher({ quietAfterReconnectMs: 60_000, sweepEveryMs: 10 }).start()
  for (let i = 0; i < 5; i++) {
    await send(bed.pool, await addConversation(bed.pool, conversation.supplierId), ['0'])
    await waitFor(async () => (await openDeliveries(bed.pool)) === 1)
  }
  expect(app.received.some(({ text }) => text === 'held')).toBe(false)
})

test('a node that is to stop while the database is away ends all the same, and another finishes what it held', async () => {
  const inFlight = Promise.withResolvers<number>()
  const app = await receiver((_text, index) => (index === 0 ? inFlight.promise : 200))
  const { conversation } = await listeningApp(app.url)
  const leaving = dispatcher({ leaseMs: 300, startMarginMs: 100, deadlineMs: 100_000, renewEveryMs: 60_000 })
  leaving.start()
  await send(bed.pool, conversation, ['one', 'two'])
  await waitFor(() => app.received.length === 1)
  await using outage = await databaseOutage()
  inFlight.resolve(200)
  await waitFor(() => leaving.trouble)
  await leaving.stop()
  await outage.end()
  dispatcher().start()
  await drained()
  // The outcome of the first call could not be written: it is made again, under the same webhook-id.
  expect(app.received.map(({ text }) => text)).toEqual(['one', 'one', 'two'])
  const [first, second] = app.received
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
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

/** The database takes no connection and has none, until the end. */
async function databaseOutage(): Promise<AsyncDisposable & { end(): Promise<void> }> {
  const name = new URL(bed.pool.options.connectionString!).pathname.slice(1)
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  let over = false
  const end = async (): Promise<void> => {
    if (over) return
    over = true
    await admin.query(`alter database ${name} with allow_connections true`)
    await admin.end()
  }
  await admin.query(`alter database ${name} with allow_connections false`)
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  return { end, [Symbol.asyncDispose]: end }
}
