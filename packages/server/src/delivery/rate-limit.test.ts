import { expect, test } from 'vitest'
import { addConversation, misplacedDeliveries, send } from '../../testing/delivery-fixture.ts'
import { ANY_SLOTS, NODE, outcome, storeOn, useQueueBed } from '../../testing/queue-bed.ts'
import { newId } from '../ids.ts'

/** An endpoint's rate holds over all nodes, because its bucket is in the database. */

const bed = useQueueBed()
const { listening, claim, claimOne, finish } = bed

async function withRate(rate: number, messages: number) {
  const app = await listening()
  await bed.pool.query('update endpoints set rate_per_second = $2 where id = $1', [app.endpointId, rate])
  for (let i = 0; i < messages; i++) {
    await send(bed.pool, await addConversation(bed.pool, app.conversation.supplierId), ['a'])
  }
  return app
}

const fillBucket = (endpointId: string, tokens: number, sinceMs = 0) =>
  bed.pool.query(
    `update endpoints set rate_tokens = $2, rate_filled_at = clock_timestamp() - $3 * interval '1 millisecond'
     where id = $1`,
    [endpointId, tokens, sinceMs],
  )

test('a claim takes no more than the bucket holds, and the bucket no more than half a second’s worth', async () => {
  const { endpointId } = await withRate(10, 20)
  await fillBucket(endpointId, 0, 60_000)
  expect(await claim()).toHaveLength(5)
})

test('what one node took from the bucket no other can take', async () => {
  const { endpointId } = await withRate(4, 10)
  await fillBucket(endpointId, 0, 60_000)
  const nodes = await Promise.all([1, 2, 3].map(() => storeOn(bed.pool, newId()).claim(ANY_SLOTS, 256)))
  expect(nodes.flat().length).toBeLessThanOrEqual(2)
  expect(nodes.flat().length).toBeGreaterThan(0)
})

test('a bucket filled in the future, because the clock was set back, holds nobody up', async () => {
  const { endpointId } = await withRate(10, 3)
  await fillBucket(endpointId, 0, -3_600_000)
  expect(await claim()).toHaveLength(3)
})

test('a delivery of it is neither born leased nor handed on, but waits for the claim', async () => {
  const { endpointId, conversation } = await withRate(1_000, 0)
  const born = await send(bed.pool, conversation, ['a', 'b'], { node: NODE, leaseMs: 30_000, defaultFree: 5 })
  expect(born).toEqual([])
  expect((await finish([outcome(await claimOne(), 'delivered')])).next).toEqual([])
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
  await fillBucket(endpointId, 1)
  await claimOne()
})

test('what is only to be dropped costs nothing of it, and takes nothing else along', async () => {
  const { endpointId, conversation } = await withRate(1, 4)
  await bed.pool.query('update endpoints set skip_before = clock_timestamp() where id = $1', [endpointId])
  for (let i = 0; i < 4; i++) {
    await send(bed.pool, await addConversation(bed.pool, conversation.supplierId), ['b'])
  }
  await fillBucket(endpointId, 1)
  const dropped = await claim()
  expect(dropped.map(({ withheld }) => withheld)).toEqual(Array(4).fill('dropped_on_reenabling'))
  expect((await claim()).map(({ withheld }) => withheld)).toEqual([null])
})

test('another endpoint is not slowed by it', async () => {
  const { endpointId } = await withRate(1, 5)
  await fillBucket(endpointId, 0)
  const other = await listening()
  await send(bed.pool, other.conversation, ['a'])
  expect((await claim()).map((delivery) => delivery.endpointId)).toEqual([other.endpointId])
})
