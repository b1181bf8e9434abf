import { expect, test } from 'vitest'
import {
  finishedDeliveries,
  misplacedDeliveries,
  openDeliveries,
  send,
} from '../../testing/delivery-fixture.ts'
import { outcome, useQueueBed } from '../../testing/queue-bed.ts'
import { createDatabase } from '../db/database.ts'
import { endHeldDeliveries } from './held-deliveries.ts'

const DAYS_30 = 30 * 24 * 3_600_000
const forever = new AbortController().signal

const bed = useQueueBed()
const { connect, listening, claim, claimOne, finish, queueRows, isWaitingForLock } = bed
const end = (): Promise<void> => endHeldDeliveries({ db: createDatabase(bed.pool) }, DAYS_30, forever)

const disable = (endpointId: string, ago = '31 days') =>
  bed.pool.query(
    `update endpoints set state = 'disabled', disabled_at = clock_timestamp() - $2::interval where id = $1`,
    [endpointId, ago],
  )

/** Makes everything in the queue that much older. */
const age = (by: string) =>
  bed.pool.query(
    'update delivery_queue set created_at = created_at - $1::interval, due_at = due_at - $1::interval',
    [by],
  )

test('what has been held for 30 days ends as dead with its attempts, and what came later takes its place', async () => {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['one', 'two'])
  await finish([outcome(await claimOne(), 'retry')])
  await age('31 days')
  await send(bed.pool, conversation, ['three', 'four'])
  await disable(endpointId)
  await end()
  const { rows } = await bed.pool.query(
    'select state, reason, attempts, attempt_log from delivery_history order by sequence',
  )
  expect(rows).toMatchObject([
    { state: 'dead', reason: 'held_too_long', attempts: 1, attempt_log: [{ attempt: 1, status: 500 }] },
    { state: 'dead', reason: 'held_too_long', attempts: 0, attempt_log: [] },
  ])
  const left = await bed.pool.query('select from delivery_attempts')
  expect(left.rows).toEqual([])
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
  expect(await queueRows()).toMatchObject([{ ready: true }, { ready: false, leased: false }])

  await bed.pool.query(`update endpoints set state = 'enabled', disabled_at = null where id = $1`, [
    endpointId,
  ])
  expect(await claimOne()).toMatchObject({ content: { body: { text: 'three' } } })
})

test('what follows is ended in its turn, when it has been held as long', async () => {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['one'])
  await age('20 days')
  await send(bed.pool, conversation, ['two'])
  await disable(endpointId, '60 days')
  await age('11 days')
  await end()
  expect(await openDeliveries(bed.pool)).toBe(1)
  await age('20 days')
  await end()
  expect(await openDeliveries(bed.pool)).toBe(0)
})

test('nothing ends that is not held: a paused endpoint, one disabled of late, one that is being called', async () => {
  const paused = await listening()
  await send(bed.pool, paused.conversation, ['one'])
  const late = await listening()
  await send(bed.pool, late.conversation, ['one'])
  const busy = await listening()
  await bed.pool.query(`update endpoints set paused_until = now() + interval '1 hour' where id = any ($1)`, [
    [paused.endpointId, late.endpointId],
  ])
  await send(bed.pool, busy.conversation, ['one', 'two'])
  const inFlight = await claimOne()
  await age('31 days')
  await disable(late.endpointId, '29 days')
  await disable(busy.endpointId)
  await end()
  expect(await openDeliveries(bed.pool)).toBe(4)
  await finish([outcome(inFlight, 'delivered')])
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
})

test('an app without an events URL is held for as long as a disabled one', async () => {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['one'])
  await bed.pool.query('update endpoints set url = null where id = $1', [endpointId])
  await end()
  expect(await openDeliveries(bed.pool)).toBe(1)
  await age('31 days')
  await end()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([{ reason: 'held_too_long' }])
})

test('many lanes, long ones too, end by batches, and every lane has a head after each of them', async () => {
  const { conversation, endpointId } = await listening()
  await bed.pool.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, replay,
       created_at, due_at)
     select $1, md5((lane % 40)::text)::uuid, n, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(), lane % 2 = 0,
       clock_timestamp() - case when n <= 60 then interval '31 days' else interval '1 day' end,
       case when n = 1 then clock_timestamp() - interval '31 days' end
     from generate_series(0, 39) lane, generate_series(1, 62) n`,
    [endpointId],
  )
  await send(bed.pool, conversation, ['new'])
  await disable(endpointId)
  for (const left of [1981, 1481, 981, 481, 81]) {
    const { rows } = await bed.pool.query(`select end_held_deliveries(interval '30 days', 500) as ended`)
    expect(rows[0].ended).toBeGreaterThan(0)
    expect(await openDeliveries(bed.pool)).toBeLessThanOrEqual(left)
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
  }
  await end()
  expect(await openDeliveries(bed.pool)).toBe(81)
  const { rows } = await bed.pool.query('select from delivery_queue where due_at is not null')
  expect(rows).toHaveLength(41)
})

test('any number of nodes may do it at once: each delivery ends one time', async () => {
  const { endpointId } = await listening()
  await bed.pool.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, created_at, due_at)
     select $1, md5((n / 3)::text)::uuid, n, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(),
       clock_timestamp() - interval '31 days', case when n % 3 = 0 then clock_timestamp() - interval '31 days' end
     from generate_series(0, 2999) n`,
    [endpointId],
  )
  await disable(endpointId)
  await Promise.all([end(), end(), end(), end()])
  await end()
  const finished = await finishedDeliveries(bed.pool, endpointId)
  expect(finished).toHaveLength(3_000)
  expect(new Set(finished.map(({ id }) => id)).size).toBe(3_000)
})

test('a send that adds to a lane while it is being ended is waited for, and takes the head', async () => {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['one', 'two'])
  await age('31 days')
  await disable(endpointId)
  const sender = await connect()
  await sender.query('begin')
  await send(sender, conversation, ['three'])
  const ender = await connect()
  await ender.query('begin')
  const ending = ender.query(`select end_held_deliveries(interval '30 days', 500) as ended`)
  await isWaitingForLock(ender)
  await sender.query('commit')
  expect((await ending).rows).toEqual([{ ended: 2 }])
  await ender.query('commit')
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
  expect(await queueRows()).toMatchObject([{ ready: true }])
})

test('a send that comes while a lane is being ended finds the lane as it is left', async () => {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['one', 'two'])
  await age('31 days')
  await disable(endpointId)
  const ender = await connect()
  await ender.query('begin')
  await ender.query(`select end_held_deliveries(interval '30 days', 500)`)
  const sender = await connect()
  const sent = send(sender, conversation, ['three'])
  await isWaitingForLock(sender)
  await ender.query('commit')
  await sent
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
  expect(await queueRows()).toMatchObject([{ ready: true }])
})

test('nothing ends for an endpoint that is enabled at that moment', async () => {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['one'])
  await age('31 days')
  await disable(endpointId)
  const sender = await connect()
  await sender.query('begin')
  await send(sender, conversation, ['two'])
  const ender = await connect()
  const ending = ender.query(`select end_held_deliveries(interval '30 days', 500) as ended`)
  await isWaitingForLock(ender)
  await bed.pool.query(`update endpoints set state = 'enabled', disabled_at = null where id = $1`, [
    endpointId,
  ])
  await sender.query('commit')
  expect((await ending).rows).toEqual([{ ended: 0 }])
  expect(await claim()).toHaveLength(1)
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
})

test('the statement, planned while the queue was empty, reads only what it ends when the queue is long', async () => {
  const { endpointId } = await listening()
  await disable(endpointId)
  const client = await connect()
  const endSome = () => client.query(`select end_held_deliveries(interval '30 days', 50) as ended`)
  await endSome()
  const fill = (rows: number, age: string) =>
    client.query(
      `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, created_at, due_at)
       select $1, md5($3 || n / 5)::uuid, n, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(),
         clock_timestamp() - $3::interval, case when n % 5 = 0 then clock_timestamp() - $3::interval end
       from generate_series(0, $2 - 1) n`,
      [endpointId, rows, age],
    )
  await fill(20_000, '1 day')
  /** Rows of the queue that one call reads; the counters hold what the connection has not yet reported. */
  const rowsRead = async (): Promise<{ ended: number; read: number }> => {
    const counter = async (): Promise<number> => {
      const { rows } = await client.query<{ read: number }>(
        `select (seq_tup_read + idx_tup_fetch)::bigint as read from pg_stat_xact_user_tables
         where relname = 'delivery_queue'`,
      )
      return rows[0]?.read ?? 0
    }
    await client.query('begin')
    const before = await counter()
    const { rows } = await endSome()
    const read = (await counter()) - before
    await client.query('commit')
    return { ended: rows[0].ended, read }
  }
  expect(await rowsRead()).toEqual({ ended: 0, read: 0 })
  await fill(200, '31 days')
  const some = await rowsRead()
  expect(some.ended).toBe(50)
  expect(some.read).toBeLessThanOrEqual(20 * 50)
})
