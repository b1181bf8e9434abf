import { expect, test } from 'vitest'
import { send } from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { NODE, storeOn } from '../../testing/queue-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { systemClock } from '../clock.ts'
import { bornDelivery } from './born-lease.ts'

const bed = useDispatcherBed()

test('the first attempt, rendered from memory, and the retry, rendered from the database, are the same to the byte', async () => {
  const app = await bed.receiver((_text, index) => (index === 0 ? 500 : 200))
  const { conversation } = await bed.listeningApp(app.url, { z: 1, a: { ref: 'ارجاع', n: 1.5 } })
  const running = bed.dispatcher({ claimEveryMs: 60_000 })
  running.start()
  await waitFor(() => running.freeSlots().defaultFree > 0)
  const leasedAt = systemClock.monotonic()
  running.accept(
    await send(bed.pool, conversation, ['سلام "دوست" من\n\u2028 😀'], {
      node: running.nodeId,
      leaseMs: 30_000,
      defaultFree: 1,
    }),
    leasedAt,
  )
  await waitFor(async () => (await bed.attemptsMade()) === 1)
  await bed.makeDue()
  running.wake()
  await bed.drained()
  const [first, retry] = app.received
  expect(retry?.body).toBe(first?.body)
  expect(retry?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
})

test('a born lease says of its delivery what the database says of it', async () => {
  const { conversation } = await bed.listeningApp('http://127.0.0.1:9/hook', { ref: 7 })
  const [lease] = await send(bed.pool, conversation, ['سلام'], { node: NODE, leaseMs: 1, defaultFree: 1 })
  const born = bornDelivery(lease!, 0)
  const store = storeOn(bed.pool)
  await waitFor(async () => {
    await store.sweep()
    const { rows } = await bed.pool.query('select from delivery_queue where due_at is not null')
    return rows.length === 1
  })
  const [claimed] = await store.claim(
    { endpoints: [], free: [], freeReplays: [], defaultFree: 1, defaultConcurrency: 50, nodes: 1, room: 1 },
    1,
  )
  const { leaseNumber, leasedAt, acceptedAt, concurrency, ...same } = born
  expect(claimed).toMatchObject(same)
  expect({ leaseNumber, leasedAt, acceptedAt, concurrency }).toEqual({
    leaseNumber: 1,
    leasedAt: 0,
    acceptedAt: 0,
    concurrency: 50,
  })
})
