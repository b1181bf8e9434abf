import { describe, expect, test } from 'vitest'
import { addConversation, send } from '../../testing/delivery-fixture.ts'
import { ANY_SLOTS, NODE, outcome, storeOn, useQueueBed } from '../../testing/queue-bed.ts'
import { newId } from '../ids.ts'

const bed = useQueueBed()
const { connect, listening, claim, claimOne, finish } = bed

describe('the claim', () => {
  test('takes no more than the free slots of each endpoint, and only first rows', async () => {
    const { conversation, endpointId } = await listening()
    for (let i = 0; i < 4; i++) {
      await send(bed.pool, await addConversation(bed.pool, conversation.supplierId), ['a', 'b'])
    }
    const other = await listening()
    await send(bed.pool, other.conversation, ['c'])
    const slots = { ...ANY_SLOTS, endpoints: [endpointId], free: [2], freeReplays: [1], defaultFree: 1 }
    const claimed = await bed.store.claim(slots, 256)
    expect(claimed.map((delivery) => delivery.endpointId).toSorted()).toEqual(
      [endpointId, endpointId, other.endpointId].toSorted(),
    )
    expect(claimed.every(({ content }) => (content as { body: { text: string } }).body.text !== 'b')).toBe(
      true,
    )
    expect(await bed.store.claim({ ...slots, free: [0], defaultFree: 0 }, 256)).toEqual([])
  })

  test('gives nothing twice to nodes that claim at once', async () => {
    const { conversation } = await listening()
    for (let i = 0; i < 20; i++) {
      await send(bed.pool, await addConversation(bed.pool, conversation.supplierId), ['a'])
    }
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => storeOn(bed.pool, newId()).claim(ANY_SLOTS, 256)),
    )
    const ids = claims.flat().map(({ deliveryId }) => deliveryId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length + (await claim()).length).toBe(20)
  })

  test('after a pause lets one delivery of one node through until it has succeeded', async () => {
    const { conversation, endpointId } = await listening()
    const second = await addConversation(bed.pool, conversation.supplierId)
    await bed.pool.query(`update endpoints set paused_until = clock_timestamp() where id = $1`, [endpointId])
    await send(bed.pool, conversation, ['a'], { node: NODE, leaseMs: 30_000, defaultFree: 5 })
    await send(bed.pool, second, ['b'])
    const claims = await Promise.all([1, 2, 3].map(() => storeOn(bed.pool, newId()).claim(ANY_SLOTS, 256)))
    const probe = claims.flat()
    expect(probe).toHaveLength(1)
    expect(await claim()).toEqual([])
    const succeeded = {
      ...outcome(probe[0]!, 'delivered'),
      endpoint: { result: 'succeeded' as const, pauseMs: null, disable: null },
    }
    await finish([succeeded])
    expect(await claim()).toHaveLength(1)
  })

  test('does not wait for a row that somebody else has locked', async () => {
    const { conversation } = await listening()
    const second = await addConversation(bed.pool, conversation.supplierId)
    await send(bed.pool, conversation, ['a'])
    await send(bed.pool, second, ['b'])
    const holder = await connect()
    await holder.query('begin')
    await holder.query('select 1 from delivery_queue order by id limit 1 for update')
    expect(await claim()).toHaveLength(1)
    await holder.query('rollback')
    expect(await claim()).toHaveLength(1)
  })

  test('leaves alone what is due later', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['a'])
    await finish([outcome(await claimOne(), 'retry', 60_000)])
    expect(await claim()).toEqual([])
  })

  test('gives replays a fifth of the slots at most, and never lets them wait behind live ones', async () => {
    const { conversation, endpointId } = await listening()
    for (let i = 0; i < 6; i++) {
      await send(bed.pool, await addConversation(bed.pool, conversation.supplierId), ['a'])
    }
    await bed.pool.query(
      `update delivery_queue set replay = true, due_at = due_at + interval '1 millisecond'
       where id in (select id from delivery_queue order by id limit 3)`,
    )
    const slots = { ...ANY_SLOTS, endpoints: [endpointId], free: [4], freeReplays: [1] }
    const claimed = await bed.store.claim(slots, 256)
    expect(claimed.map(({ replay }) => replay).toSorted()).toEqual([false, false, false, true])
    expect((await bed.store.claim({ ...slots, freeReplays: [0] }, 256)).length).toBe(0)
    expect((await bed.store.claim(slots, 256)).map(({ replay }) => replay)).toEqual([true])
  })

  test.each([
    ['one slot', null, { free: [1], freeReplays: [1] }],
    ['a rate', 2, { free: [50], freeReplays: [10] }],
  ])('where there is %s, neither replays nor live deliveries take it all', async (_, rate, slots) => {
    const { conversation, endpointId } = await listening()
    await bed.pool.query('update endpoints set rate_per_second = $2 where id = $1', [endpointId, rate])
    for (const replay of [true, false]) {
      await bed.pool.query(
        `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at, replay)
         select $1, gen_random_uuid(), i, $2, 'NEW_MESSAGE', gen_random_uuid(), clock_timestamp(), $3
         from generate_series(1, 60) i`,
        [endpointId, conversation.conversationId, replay],
      )
    }
    const claimed = { live: 0, replays: 0 }
    for (let i = 0; i < 60; i++) {
      await bed.pool.query(
        'update endpoints set rate_tokens = 1, rate_filled_at = clock_timestamp() where id = $1',
        [endpointId],
      )
      const [only] = await bed.store.claim({ ...ANY_SLOTS, endpoints: [endpointId], ...slots }, 256)
      claimed[only?.replay ? 'replays' : 'live']++
    }
    expect(claimed.live).toBeGreaterThan(claimed.replays)
    expect(claimed.replays).toBeGreaterThan(0)
  })

  test('an endpoint that this node knows nothing of gets its share of its own concurrency', async () => {
    const { conversation, endpointId } = await listening()
    await bed.pool.query('update endpoints set concurrency = 3 where id = $1', [endpointId])
    for (let i = 0; i < 6; i++) {
      await send(bed.pool, await addConversation(bed.pool, conversation.supplierId), ['a'])
    }
    expect(await bed.store.claim({ ...ANY_SLOTS, nodes: 2 }, 256)).toHaveLength(2)
    expect(await bed.store.claim(ANY_SLOTS, 256)).toHaveLength(3)
  })
})
