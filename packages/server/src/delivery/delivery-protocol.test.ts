import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  finishedDeliveries,
  misplacedDeliveries,
  openDeliveries,
  send,
  subscribe,
  type TestConversation,
} from '../../testing/delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { newId } from '../ids.ts'
import { released } from './attempt.ts'
import type { LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'
import { createDeliveryStore, type DeliveryStore } from './store.ts'

/** The statements alone, in chosen interleavings: what random faults do not find. */

const ANY_SLOTS = { endpoints: [], free: [], defaultFree: 50 }
const NODE = newId()
let database: TestDatabase
let store: DeliveryStore
const clients: pg.PoolClient[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  store = storeOn(database.pool)
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('truncate delivery_queue, delivery_history, delivery_attempts'))
afterEach(() => {
  for (const client of clients.splice(0)) client.release(true)
})

const storeOn = (pool: pg.Pool | pg.PoolClient, node = NODE) =>
  createDeliveryStore({ pool: pool as pg.Pool, node, leaseMs: 30_000, monotonic: () => performance.now() })

async function connect(): Promise<pg.PoolClient> {
  const client = await database.pool.connect()
  clients.push(client)
  return client
}

async function listening() {
  const endpoint = await addEndpoint(database.pool, 'http://127.0.0.1:9/hook')
  const conversation = await addConversation(database.pool)
  await subscribe(database.pool, endpoint, conversation.supplierId)
  return { ...endpoint, conversation }
}

const claim = (): Promise<LeasedDelivery[]> => store.claim(ANY_SLOTS, 256)

async function claimOne(): Promise<LeasedDelivery> {
  const [delivery, ...rest] = await claim()
  expect(rest).toEqual([])
  return delivery!
}

const outcome = (delivery: LeasedDelivery, kind: LeaseOutcome['kind'], delayMs = 0): LeaseOutcome => ({
  ...released(delivery),
  kind,
  delayMs,
  attempt:
    kind === 'released'
      ? null
      : {
          startedAt: Date.now(),
          durationMs: 1,
          status: kind === 'delivered' ? 200 : 500,
          error: null,
          requestHeaders: {},
          answerHeaders: null,
          answerBody: null,
        },
})
const finish = (outcomes: LeaseOutcome[], keep = true) => store.finish(outcomes, () => keep)

async function queueRows() {
  const { rows } = await database.pool.query(
    `select id, lease_number, lease_owner, lease_until is not null as leased, due_at is not null as ready, attempts,
       failures, reaps from delivery_queue order by sequence`,
  )
  return rows
}

const expireLeases = () =>
  database.pool.query(
    `update delivery_queue set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`,
  )

async function isWaitingForLock(client: pg.PoolClient): Promise<void> {
  const { processID } = client as unknown as { processID: number }
  await waitFor(async () => {
    const { rows } = await database.pool.query(
      `select 1 from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`,
      [processID],
    )
    return rows.length > 0
  })
}

describe('the fence', () => {
  test('an outcome of an earlier lease changes nothing, though the same node holds the later one', async () => {
    const { conversation, endpointId } = await listening()
    await send(database.pool, conversation, ['one', 'two'])
    const first = await claimOne()
    await expireLeases()
    await store.sweep()
    const second = await claimOne()
    expect(second.deliveryId).toBe(first.deliveryId)
    const before = await queueRows()
    for (const kind of ['delivered', 'retry', 'postponed', 'dead', 'cancelled', 'released'] as const) {
      expect(await finish([outcome(first, kind)])).toEqual({ written: [], next: [] })
    }
    expect(await queueRows()).toEqual(before)
    expect(await finishedDeliveries(database.pool, endpointId)).toEqual([])
    const { rows } = await database.pool.query('select * from delivery_attempts')
    expect(rows).toEqual([])
    expect((await finish([outcome(second, 'delivered')])).written).toEqual([second.deliveryId])
  })

  test('an outcome that comes after its lease ran out, but before anyone took the row, is still true', async () => {
    const { conversation, endpointId } = await listening()
    await send(database.pool, conversation, ['one'])
    const delivery = await claimOne()
    await expireLeases()
    await store.sweep()
    expect((await finish([outcome(delivery, 'delivered')])).written).toEqual([delivery.deliveryId])
    expect(await finishedDeliveries(database.pool, endpointId)).toMatchObject([{ state: 'delivered' }])
    expect(await openDeliveries(database.pool)).toBe(0)
  })

  test.each(['retry', 'postponed', 'released', 'delivered'] as const)(
    'a call repeated because its answer was lost (%s) is written once',
    async (kind) => {
      const { conversation } = await listening()
      await send(database.pool, conversation, ['one'])
      const delivery = await claimOne()
      await finish([outcome(delivery, kind, 1000)])
      const before = await queueRows()
      expect(await finish([outcome(delivery, kind, 1000)])).toEqual({ written: [], next: [] })
      expect(await queueRows()).toEqual(before)
    },
  )

  test('an outcome that waits while its row is taken over is no longer written', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    const stale = await claimOne()
    await expireLeases()
    await store.sweep()
    const heir = await connect()
    await heir.query('begin')
    const taken = await storeOn(heir, newId()).claim(ANY_SLOTS, 1)
    const late = await connect()
    const finished = storeOn(late).finish([outcome(stale, 'delivered')], () => true)
    await isWaitingForLock(late)
    await heir.query('commit')
    expect(await finished).toEqual({ written: [], next: [] })
    expect(await queueRows()).toMatchObject([{ leased: true, lease_number: taken[0]?.leaseNumber }])
  })

  test('one stale outcome in a batch does not touch its neighbours', async () => {
    const { conversation, endpointId } = await listening()
    const other = await listening()
    await send(database.pool, conversation, ['one'])
    const stale = await claimOne()
    await expireLeases()
    await store.sweep()
    await send(database.pool, other.conversation, ['two'])
    const fresh = await claim()
    const good = fresh.find(({ deliveryId }) => deliveryId !== stale.deliveryId)!
    const { written } = await finish([outcome(stale, 'delivered'), outcome(good, 'delivered')])
    expect(written).toEqual([good.deliveryId])
    expect(await finishedDeliveries(database.pool, endpointId)).toEqual([])
  })
})

describe('a lane that is handed on', () => {
  test('gives its next row to the same node, with what is needed to render it', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['one', 'two', 'three'])
    const { next } = await finish([outcome(await claimOne(), 'delivered')])
    expect(next).toMatchObject([
      {
        leaseNumber: 1,
        attempts: 0,
        eventType: 'NEW_MESSAGE',
        revoked: false,
        content: { body: { text: 'two' } },
      },
    ])
    expect(await misplacedDeliveries(database.pool)).toEqual([])
  })

  test('leaves its next row ready for anyone where the node keeps no slot', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['one', 'two'])
    expect((await finish([outcome(await claimOne(), 'delivered')], false)).next).toEqual([])
    expect(await queueRows()).toMatchObject([{ leased: false, ready: true }])
  })

  test('is not given on to an endpoint that is paused or disabled', async () => {
    const { conversation, endpointId } = await listening()
    await send(database.pool, conversation, ['one', 'two'])
    const delivery = await claimOne()
    await database.pool.query(`update endpoints set state = 'disabled' where id = $1`, [endpointId])
    expect((await finish([outcome(delivery, 'delivered')])).next).toEqual([])
    expect(await misplacedDeliveries(database.pool)).toEqual([])
    expect(await claim()).toEqual([])
  })

  test('keeps its place through a retry and is left at the third failure', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['one', 'two'])
    for (const failures of [1, 2]) {
      await finish([outcome(await claimOne(), 'retry')])
      expect(await queueRows()).toMatchObject([
        { failures, ready: true },
        { ready: false, leased: false },
      ])
      expect(await misplacedDeliveries(database.pool)).toEqual([])
    }
    const { next } = await finish([outcome(await claimOne(), 'retry', 60_000)])
    expect(next).toMatchObject([{ content: { body: { text: 'two' } } }])
    expect(await misplacedDeliveries(database.pool)).toEqual([])
  })

  test('is not lost when a send finds its last row while that row is being finished', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    const delivery = await claimOne()
    const finisher = await connect()
    await finisher.query('begin')
    await storeOn(finisher).finish([outcome(delivery, 'delivered')], () => true)
    const sent = sendBehind(conversation)
    await sent.waiting
    await finisher.query('commit')
    await sent.done
    expect(await misplacedDeliveries(database.pool)).toEqual([])
    expect(await claimOne()).toMatchObject({ content: { body: { text: 'behind' } } })
  })

  test('is not lost when its last row is finished while a send is putting one behind it', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    const delivery = await claimOne()
    const sender = await connect()
    await sender.query('begin')
    await send(sender, conversation, ['behind'])
    const finisher = await connect()
    const finished = storeOn(finisher).finish([outcome(delivery, 'delivered')], () => true)
    await isWaitingForLock(finisher)
    await sender.query('commit')
    expect((await finished).next).toMatchObject([{ content: { body: { text: 'behind' } } }])
    expect(await misplacedDeliveries(database.pool)).toEqual([])
  })

  test('is not lost when its last row leaves it while a send is on its way', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    for (let failure = 1; failure < 3; failure++) await finish([outcome(await claimOne(), 'retry')])
    const delivery = await claimOne()
    const finisher = await connect()
    await finisher.query('begin')
    await storeOn(finisher).finish([outcome(delivery, 'retry', 60_000)], () => true)
    const sent = sendBehind(conversation)
    await sent.waiting
    await finisher.query('commit')
    await sent.done
    expect(await misplacedDeliveries(database.pool)).toEqual([])
    expect(await claimOne()).toMatchObject({ content: { body: { text: 'behind' } } })
  })

  /** A send on a connection of its own, and the moment it waits for somebody's lock. */
  function sendBehind(conversation: TestConversation) {
    const client = connect()
    const done = client.then((connected) => send(connected, conversation, ['behind']))
    return { done, waiting: client.then(isWaitingForLock) }
  }
})

describe('the claim', () => {
  test('takes no more than the free slots of each endpoint, and only first rows', async () => {
    const { conversation, endpointId, ...endpoint } = await listening()
    for (let i = 0; i < 4; i++) {
      await send(database.pool, await addConversation(database.pool, conversation.supplierId), ['a', 'b'])
    }
    const other = await listening()
    await send(database.pool, other.conversation, ['c'])
    const slots = { endpoints: [endpointId], free: [2], defaultFree: 1 }
    const claimed = await store.claim(slots, 256)
    expect(claimed.map((delivery) => delivery.endpointId).toSorted()).toEqual(
      [endpointId, endpointId, other.endpointId].toSorted(),
    )
    expect(claimed.every(({ content }) => (content as { body: { text: string } }).body.text !== 'b')).toBe(
      true,
    )
    expect(await store.claim({ ...slots, free: [0], defaultFree: 0 }, 256)).toEqual([])
    expect(endpoint.appId).toBeDefined()
  })

  test('gives nothing twice to nodes that claim at once', async () => {
    const { conversation } = await listening()
    for (let i = 0; i < 20; i++) {
      await send(database.pool, await addConversation(database.pool, conversation.supplierId), ['a'])
    }
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => storeOn(database.pool, newId()).claim(ANY_SLOTS, 256)),
    )
    const ids = claims.flat().map(({ deliveryId }) => deliveryId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length + (await claim()).length).toBe(20)
  })

  test('after a pause lets one delivery of one node through until it has succeeded', async () => {
    const { conversation, endpointId } = await listening()
    const second = await addConversation(database.pool, conversation.supplierId)
    await database.pool.query(`update endpoints set paused_until = clock_timestamp() where id = $1`, [
      endpointId,
    ])
    await send(database.pool, conversation, ['a'], { node: NODE, leaseMs: 30_000, defaultFree: 5 })
    await send(database.pool, second, ['b'])
    const claims = await Promise.all(
      [1, 2, 3].map(() => storeOn(database.pool, newId()).claim(ANY_SLOTS, 256)),
    )
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
    const second = await addConversation(database.pool, conversation.supplierId)
    await send(database.pool, conversation, ['a'])
    await send(database.pool, second, ['b'])
    const holder = await connect()
    await holder.query('begin')
    await holder.query('select 1 from delivery_queue order by id limit 1 for update')
    expect(await claim()).toHaveLength(1)
    await holder.query('rollback')
    expect(await claim()).toHaveLength(1)
  })

  test('leaves alone what is due later', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['a'])
    await finish([outcome(await claimOne(), 'retry', 60_000)])
    expect(await claim()).toEqual([])
  })
})

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
    const { rows } = await database.pool.query(
      `select paused_until > clock_timestamp() as paused, failure_streak, breaker_trips, state, last_success_at,
         first_failure_at is not null as failing from endpoints where id = $1`,
      [endpointId],
    )
    return rows[0]
  }

  test('a success that was under way when a pause began does not end the pause', async () => {
    const { conversation, endpointId } = await listening()
    const second = await addConversation(database.pool, conversation.supplierId)
    await send(database.pool, conversation, ['a'])
    await send(database.pool, second, ['b'])
    const [busy, fine] = await claim()
    await finish([said(busy!, 'postponed', { result: 'failed', pauseMs: 60_000 })])
    await finish([said(fine!, 'delivered', { result: 'succeeded' })])
    expect(await standing(endpointId)).toMatchObject({ paused: true, failing: false })
  })

  test('the longest of several pauses counts', async () => {
    const { conversation, endpointId } = await listening()
    const second = await addConversation(database.pool, conversation.supplierId)
    await send(database.pool, conversation, ['a'])
    await send(database.pool, second, ['b'])
    const [one, other] = await claim()
    await finish([said(one!, 'postponed', { result: 'failed', pauseMs: 3_600_000 })])
    await finish([said(other!, 'postponed', { result: 'failed', pauseMs: 1 })])
    expect(await standing(endpointId)).toMatchObject({ paused: true, failure_streak: 2 })
  })

  test('plain success writes the endpoint at most once a minute', async () => {
    const { conversation, endpointId } = await listening()
    await send(database.pool, conversation, ['a', 'b'])
    const { next } = await finish([said(await claimOne(), 'delivered', { result: 'succeeded' })])
    const { last_success_at } = await standing(endpointId)
    const { rows: before } = await database.pool.query('select xmin from endpoints where id = $1', [
      endpointId,
    ])
    await finish([said(next[0]!, 'delivered', { result: 'succeeded' })])
    const { rows: after } = await database.pool.query('select xmin from endpoints where id = $1', [
      endpointId,
    ])
    expect(last_success_at).toBeInstanceOf(Date)
    expect(after).toEqual(before)
  })

  test('what is released, cancelled or dead by its own fault says nothing about it', async () => {
    const { conversation, endpointId } = await listening()
    await send(database.pool, conversation, ['a', 'b', 'c'])
    await finish([outcome(await claimOne(), 'released')])
    const { next } = await finish([outcome(await claimOne(), 'cancelled')])
    await finish([outcome(next[0]!, 'dead')])
    expect(await standing(endpointId)).toMatchObject({
      failure_streak: 0,
      failing: false,
      last_success_at: null,
    })
  })
})

describe('the sweep', () => {
  test('frees what a dead node held, and nothing whose lease still runs', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['a'])
    await claimOne()
    await store.sweep()
    expect(await queueRows()).toMatchObject([{ leased: true }])
    await expireLeases()
    await store.sweep()
    expect(await queueRows()).toMatchObject([{ leased: false, ready: true, reaps: 1, lease_owner: null }])
  })

  test('frees a lease that lies too far ahead, after the clock of the database was set back', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['a'])
    await claimOne()
    await database.pool.query(
      `update delivery_queue set lease_until = clock_timestamp() + interval '2 minutes'`,
    )
    await store.sweep()
    expect(await queueRows()).toMatchObject([{ leased: false, ready: true }])
  })

  test('hands back what has outlived three leases, so that it counts as a failed attempt', async () => {
    const { conversation } = await listening()
    await send(database.pool, conversation, ['kills'])
    for (let reap = 1; reap <= 2; reap++) {
      await claimOne()
      await expireLeases()
      expect(await store.sweep()).toEqual([])
    }
    await claimOne()
    await expireLeases()
    const [worn] = await store.sweep()
    expect(await queueRows()).toMatchObject([{ leased: true, lease_owner: NODE }])
    await finish([outcome(worn!, 'retry', 60_000)])
    expect(await queueRows()).toMatchObject([{ ready: true, attempts: 1, failures: 1, reaps: 0 }])
  })
})

test('statements planned while the queue was empty read only what they need when it is long', async () => {
  await using fresh = await createTestDatabase({ max: 2 })
  const client = await fresh.pool.connect()
  const own = storeOn(client)
  const setUp = async (url: string) => {
    const endpoint = await addEndpoint(client, url)
    const conversation = await addConversation(client)
    await subscribe(client, endpoint, conversation.supplierId)
    return { ...endpoint, conversation }
  }
  const live = await setUp('http://127.0.0.1:9/a')
  const dead = await setUp('http://127.0.0.1:9/b')
  // As a fresh node does: every statement once, on this very connection.
  await send(client, live.conversation, ['first'])
  await own.sweep()
  const [first] = await own.claim(ANY_SLOTS, 256)
  await own.finish([outcome(first!, 'delivered')], () => true)

  const BATCH = 50
  const conversations: TestConversation[] = []
  for (let i = 0; i < BATCH; i++)
    conversations.push(await addConversation(client, live.conversation.supplierId))
  await client.query(`update endpoints set paused_until = now() + interval '1 hour' where id = $1`, [
    dead.endpointId,
  ])
  await client.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at)
     select $1, md5((i / 10)::text)::uuid, i, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(),
       case when i % 10 = 0 then clock_timestamp() end
     from generate_series(1, 100000) i`,
    [dead.endpointId],
  )
  for (const conversation of conversations) await send(client, conversation, ['waiting'])

  // The counters hold what the connection has not yet reported, so that only their difference means something.
  const counter = async (): Promise<number> => {
    const { rows } = await client.query<{ read: number }>(
      `select (seq_tup_read + idx_tup_fetch)::bigint as read from pg_stat_xact_user_tables
       where relname = 'delivery_queue'`,
    )
    return rows[0]?.read ?? 0
  }
  const rowsRead = async (run: () => Promise<unknown>): Promise<number> => {
    await client.query('begin')
    const before = await counter()
    await run()
    const read = (await counter()) - before
    await client.query('commit')
    return read
  }
  let claimed: LeasedDelivery[] = []
  const reads = {
    send: await rowsRead(() =>
      send(
        client,
        live.conversation,
        Array.from({ length: BATCH }, () => 'more'),
      ),
    ),
    claim: await rowsRead(async () => {
      claimed = await own.claim(ANY_SLOTS, BATCH)
    }),
    sweep: await rowsRead(() => own.sweep()),
    finish: await rowsRead(() =>
      own.finish(
        claimed.map((delivery) => outcome(delivery, 'delivered')),
        () => true,
      ),
    ),
  }
  client.release()
  expect(claimed).toHaveLength(BATCH)
  for (const read of Object.values(reads)) expect(read).toBeLessThanOrEqual(10 * BATCH)
})
