import { describe, expect, test } from 'vitest'
import { finishedDeliveries, openDeliveries, send } from '../../testing/delivery-fixture.ts'
import { ANY_SLOTS, NODE, outcome, storeOn, useQueueBed } from '../../testing/queue-bed.ts'
import { newId } from '../ids.ts'

const bed = useQueueBed()
const { connect, listening, claim, claimOne, finish, queueRows, expireLeases, isWaitingForLock } = bed

describe('the fence', () => {
  test('an outcome of an earlier lease changes nothing, though the same node holds the later one', async () => {
    const { conversation, endpointId } = await listening()
    await send(bed.pool, conversation, ['one', 'two'])
    const first = await claimOne()
    await expireLeases()
    await bed.store.sweep()
    const second = await claimOne()
    expect(second.deliveryId).toBe(first.deliveryId)
    const before = await queueRows()
    for (const kind of ['delivered', 'retry', 'postponed', 'dead', 'cancelled', 'released'] as const) {
      expect(await finish([outcome(first, kind)])).toEqual({ written: [], next: [], ready: false })
    }
    expect(await queueRows()).toEqual(before)
    expect(await finishedDeliveries(bed.pool, endpointId)).toEqual([])
    const { rows } = await bed.pool.query('select * from delivery_attempts')
    expect(rows).toEqual([])
    expect((await finish([outcome(second, 'delivered')])).written).toEqual([second.deliveryId])
  })

  test('of two outcomes of one delivery in one batch that of the later lease counts', async () => {
    const { conversation, endpointId } = await listening()
    await send(bed.pool, conversation, ['one'])
    const first = await claimOne()
    await expireLeases()
    await bed.store.sweep()
    const second = await claimOne()
    await finish([outcome(first, 'retry', 60_000), outcome(second, 'delivered')])
    expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
      { state: 'delivered', attempts: 1 },
    ])
  })

  test('a lease that somebody else has by now is not prolonged', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['one'])
    const first = await claimOne()
    await expireLeases()
    await bed.store.sweep()
    const second = await claimOne()
    const until = async () =>
      (await bed.pool.query('select lease_until from delivery_queue')).rows[0].lease_until
    const before = await until()
    expect(await bed.store.renew([first])).toEqual([])
    expect(await until()).toEqual(before)
    await expireLeases()
    expect(await bed.store.renew([second])).toEqual([second.deliveryId])
    expect((await until()).getTime()).toBeGreaterThanOrEqual(before.getTime())
  })

  test('an outcome that comes after its lease ran out, but before anyone took the row, is still true', async () => {
    const { conversation, endpointId } = await listening()
    await send(bed.pool, conversation, ['one'])
    const delivery = await claimOne()
    await expireLeases()
    await bed.store.sweep()
    expect((await finish([outcome(delivery, 'delivered')])).written).toEqual([delivery.deliveryId])
    expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([{ state: 'delivered' }])
    expect(await openDeliveries(bed.pool)).toBe(0)
  })

  test.each(['retry', 'postponed', 'released', 'delivered'] as const)(
    'a call repeated because its answer was lost (%s) is written once',
    async (kind) => {
      const { conversation } = await listening()
      await send(bed.pool, conversation, ['one'])
      const delivery = await claimOne()
      await finish([outcome(delivery, kind, 1000)])
      const before = await queueRows()
      expect(await finish([outcome(delivery, kind, 1000)])).toEqual({ written: [], next: [], ready: false })
      expect(await queueRows()).toEqual(before)
    },
  )

  test('an outcome that waits while its row is taken over is no longer written', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['one'])
    const stale = await claimOne()
    await expireLeases()
    await bed.store.sweep()
    const heir = await connect()
    await heir.query('begin')
    const taken = await storeOn(heir, newId()).claim(ANY_SLOTS, 1)
    const late = await connect()
    const finished = storeOn(late).finish([outcome(stale, 'delivered')], () => true)
    await isWaitingForLock(late)
    await heir.query('commit')
    expect(await finished).toEqual({ written: [], next: [], ready: false })
    expect(await queueRows()).toMatchObject([{ leased: true, lease_number: taken[0]?.leaseNumber }])
  })

  test('one stale outcome in a batch does not touch its neighbours', async () => {
    const { conversation, endpointId } = await listening()
    const other = await listening()
    await send(bed.pool, conversation, ['one'])
    const stale = await claimOne()
    await expireLeases()
    await bed.store.sweep()
    await send(bed.pool, other.conversation, ['two'])
    const fresh = await claim()
    const good = fresh.find(({ deliveryId }) => deliveryId !== stale.deliveryId)!
    const { written } = await finish([outcome(stale, 'delivered'), outcome(good, 'delivered')])
    expect(written).toEqual([good.deliveryId])
    expect(await finishedDeliveries(bed.pool, endpointId)).toEqual([])
  })
})

describe('the sweep', () => {
  test('frees what a dead node held, and nothing whose lease still runs', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['a'])
    await claimOne()
    await bed.store.sweep()
    expect(await queueRows()).toMatchObject([{ leased: true }])
    await expireLeases()
    await bed.store.sweep()
    expect(await queueRows()).toMatchObject([{ leased: false, ready: true, reaps: 1, lease_owner: null }])
  })

  test('frees a lease that lies too far ahead, after the clock of the database was set back', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['a'])
    await claimOne()
    await bed.pool.query(`update delivery_queue set lease_until = clock_timestamp() + interval '2 minutes'`)
    await bed.store.sweep()
    expect(await queueRows()).toMatchObject([{ leased: false, ready: true }])
  })

  test('hands back what has outlived three leases, so that it counts as a failed attempt', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['kills'])
    for (let reap = 1; reap <= 2; reap++) {
      await claimOne()
      await expireLeases()
      expect(await bed.store.sweep()).toEqual([])
    }
    await claimOne()
    await expireLeases()
    const [worn] = await bed.store.sweep()
    expect(await queueRows()).toMatchObject([{ leased: true, lease_owner: NODE }])
    await finish([outcome(worn!, 'retry', 60_000)])
    expect(await queueRows()).toMatchObject([{ ready: true, attempts: 1, failures: 1, reaps: 0 }])
  })
})
