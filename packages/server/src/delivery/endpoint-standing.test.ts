import { describe, expect, test } from 'vitest'
import { addConversation, send } from '../../testing/delivery-fixture.ts'
import { outcome, useQueueBed } from '../../testing/queue-bed.ts'
import type { LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'

const bed = useQueueBed()
const { connect, listening, claim, claimOne, finish } = bed

describe('the standing of an endpoint', () => {
  const said = (
    delivery: LeasedDelivery,
    kind: LeaseOutcome['kind'],
    endpoint: Partial<LeaseOutcome['endpoint']>,
  ) => ({
    ...outcome(delivery, kind),
    endpoint: { result: null, pauseMs: null, disable: null, ...endpoint },
  })
  const standing = async (endpointId: string) => {
    const { rows } = await bed.pool.query(
      `select paused_until > clock_timestamp() as paused, failure_streak, breaker_trips, state, last_success_at,
         first_failure_at is not null as failing from endpoints where id = $1`,
      [endpointId],
    )
    return rows[0]
  }

  test('a success that was under way when a pause began does not end the pause', async () => {
    const { conversation, endpointId } = await listening()
    const second = await addConversation(bed.pool, conversation.supplierId)
    await send(bed.pool, conversation, ['a'])
    await send(bed.pool, second, ['b'])
    const [busy, fine] = await claim()
    await finish([said(busy!, 'postponed', { result: 'failed', pauseMs: 60_000 })])
    await finish([said(fine!, 'delivered', { result: 'succeeded' })])
    expect(await standing(endpointId)).toMatchObject({ paused: true, failing: false })
  })

  test('the longest of several pauses counts', async () => {
    const { conversation, endpointId } = await listening()
    const second = await addConversation(bed.pool, conversation.supplierId)
    await send(bed.pool, conversation, ['a'])
    await send(bed.pool, second, ['b'])
    const [one, other] = await claim()
    await finish([said(one!, 'postponed', { result: 'failed', pauseMs: 3_600_000 })])
    await finish([said(other!, 'postponed', { result: 'failed', pauseMs: 1 })])
    expect(await standing(endpointId)).toMatchObject({ paused: true, failure_streak: 2 })
  })

  test('plain success writes the endpoint at most once a minute', async () => {
    const { conversation, endpointId } = await listening()
    await send(bed.pool, conversation, ['a', 'b'])
    const { next } = await finish([said(await claimOne(), 'delivered', { result: 'succeeded' })])
    const { last_success_at } = await standing(endpointId)
    const { rows: before } = await bed.pool.query('select xmin from endpoints where id = $1', [endpointId])
    await finish([said(next[0]!, 'delivered', { result: 'succeeded' })])
    const { rows: after } = await bed.pool.query('select xmin from endpoints where id = $1', [endpointId])
    expect(last_success_at).toBeInstanceOf(Date)
    expect(after).toEqual(before)
  })

  test('what is released, cancelled or dead by its own fault says nothing about it', async () => {
    const { conversation, endpointId } = await listening()
    await send(bed.pool, conversation, ['a', 'b', 'c'])
    await finish([outcome(await claimOne(), 'released')])
    const { next } = await finish([outcome(await claimOne(), 'cancelled')])
    await finish([outcome(next[0]!, 'dead')])
    expect(await standing(endpointId)).toMatchObject({
      failure_streak: 0,
      failing: false,
      last_success_at: null,
    })
  })

  test.each(['released', 'cancelled', 'dead'] as const)(
    'a probe that ends as %s lets the next follow',
    async (kind) => {
      const { conversation, endpointId } = await listening()
      const second = await addConversation(bed.pool, conversation.supplierId)
      await bed.pool.query('update endpoints set paused_until = clock_timestamp() where id = $1', [
        endpointId,
      ])
      await send(bed.pool, conversation, ['a'])
      await send(bed.pool, second, ['b'])
      const probe = await claimOne()
      expect(await claim()).toEqual([])
      await finish([outcome(probe, kind)], false)
      expect(await claim()).toHaveLength(1)
    },
  )

  test('a turn to probe is not spent where the rate lets nothing through', async () => {
    const { conversation, endpointId } = await listening()
    await bed.pool.query(
      `update endpoints set paused_until = clock_timestamp(), rate_per_second = 1, rate_tokens = 0,
         rate_filled_at = clock_timestamp() where id = $1`,
      [endpointId],
    )
    await send(bed.pool, conversation, ['a'])
    expect(await claim()).toEqual([])
    await bed.pool.query('update endpoints set rate_tokens = 1 where id = $1', [endpointId])
    await claimOne()
  })

  test('what an earlier URL answered says nothing about the one that took its place', async () => {
    const { conversation, endpointId } = await listening()
    const conversations = [conversation, await addConversation(bed.pool, conversation.supplierId)]
    for (const each of conversations) await send(bed.pool, each, ['a'])
    const [gone, busy] = await claim()
    await bed.pool.query(
      `update endpoints set url = 'http://127.0.0.1:9/new', revision = revision + 1 where id = $1`,
      [endpointId],
    )
    await send(bed.pool, await addConversation(bed.pool, conversation.supplierId), ['b'])
    const answers = [
      said(gone!, 'retry', { result: 'failed', disable: 'answered_410_gone' }),
      said(busy!, 'postponed', { result: 'failed', pauseMs: 3_600_000 }),
    ]
    await finish([...answers, said(await claimOne(), 'delivered', { result: 'succeeded' })])
    expect(await standing(endpointId)).toMatchObject({ paused: false, state: 'enabled', failure_streak: 0 })
    expect(await standing(endpointId)).toMatchObject({ last_success_at: expect.any(Date) })
  })

  test('outcomes are written although somebody holds the endpoint in a forgotten transaction', async () => {
    const { conversation, endpointId } = await listening()
    await send(bed.pool, conversation, ['a', 'b'])
    const delivery = await claimOne()
    const forgetful = await connect()
    await forgetful.query('begin')
    await forgetful.query('select 1 from endpoints where id = $1 for update', [endpointId])
    const { written, next } = await finish([said(delivery, 'delivered', { result: 'succeeded' })])
    expect(written).toEqual([delivery.deliveryId])
    expect(next).toHaveLength(1)
  })

  test('half-way to being disabled its owner is to be told once, and a success takes it back', async () => {
    const { conversation, endpointId } = await listening()
    const fail = async () => {
      await bed.pool.query(`update endpoints set paused_until = '-infinity' where id = $1`, [endpointId])
      await bed.pool.query('update delivery_queue set due_at = clock_timestamp() where due_at is not null')
      await finish([said(await claimOne(), 'postponed', { result: 'failed' })])
    }
    const row = async () => {
      const { rows } = await bed.pool.query(
        'select warned_at, state, disabled_at from endpoints where id = $1',
        [endpointId],
      )
      return rows[0]
    }
    const failingFor = (hours: number) =>
      bed.pool.query(
        `update endpoints set failure_streak = 50, first_failure_at = clock_timestamp() - $2 * interval '1 hour'
         where id = $1`,
        [endpointId, hours],
      )
    await send(bed.pool, conversation, ['a'])
    await fail()
    await failingFor(59)
    await fail()
    expect(await row()).toEqual({ warned_at: null, state: 'enabled', disabled_at: null })
    await failingFor(61)
    await fail()
    const warned = await row()
    expect(warned).toEqual({ warned_at: expect.any(Date), state: 'enabled', disabled_at: null })
    await fail()
    expect(await row()).toEqual(warned)
    await failingFor(121)
    await fail()
    expect(await row()).toEqual({ ...warned, state: 'disabled', disabled_at: expect.any(Date) })

    await bed.pool.query(`update endpoints set state = 'enabled', paused_until = '-infinity' where id = $1`, [
      endpointId,
    ])
    await bed.pool.query('update delivery_queue set due_at = clock_timestamp()')
    await finish([said(await claimOne(), 'delivered', { result: 'succeeded' })])
    expect((await row()).warned_at).toBeNull()
  })
})
