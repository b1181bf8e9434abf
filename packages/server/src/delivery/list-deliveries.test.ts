import { beforeAll, describe, expect, test } from 'vitest'
import { send } from '../../testing/delivery-fixture.ts'
import { eventRendering } from '../../testing/event-rendering.ts'
import { outcome, useQueueBed } from '../../testing/queue-bed.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { webhookId } from './delivery-id.ts'
import type { LeaseOutcome } from './leased-delivery.ts'
import { type DeliveryState, findDelivery, listDeliveries } from './list-deliveries.ts'

const bed = useQueueBed()
let db: Database
beforeAll(() => {
  db = createDatabase(bed.pool)
})

async function end(kind: LeaseOutcome['kind']): Promise<number> {
  const delivery = await bed.claimOne()
  await bed.finish([outcome(delivery, kind, 0)], false)
  return delivery.deliveryId
}

const states = async (appId: string, state?: DeliveryState): Promise<string[]> =>
  (await listDeliveries(db, { appId, limit: 10, state })).deliveries.map((delivery) => delivery.state)

describe('the list of deliveries', () => {
  test('shows open and finished ones, the newest first', async () => {
    const { appId, conversation } = await bed.listening()
    await send(bed.pool, conversation, ['one'])
    await send(bed.pool, conversation, ['two'])
    const first = await bed.claimOne()
    await bed.finish([outcome(first, 'delivered')], false)
    await end('retry')
    const { deliveries, nextCursor } = await listDeliveries(db, { appId, limit: 10 })
    expect(nextCursor).toBeNull()
    expect(deliveries).toMatchObject([
      {
        eventType: 'NEW_MESSAGE',
        state: 'pending',
        attemptsMade: 1,
        finishedAt: null,
        nextAttemptAt: expect.any(Date),
      },
      {
        id: first.deliveryId,
        webhookId: webhookId(first.sourceId, first.subscriptionId),
        state: 'delivered',
        reason: null,
        replay: false,
        conversationId: conversation.conversationId,
        attemptsMade: 1,
        createdAt: expect.any(Date),
        finishedAt: expect.any(Date),
        nextAttemptAt: null,
      },
    ])
  })

  test('goes page by page without gap or double, whatever is finished or under way', async () => {
    const { appId, conversation } = await bed.listening()
    for (let i = 0; i < 8; i++) await send(bed.pool, conversation, [String(i)])
    for (let i = 0; i < 3; i++) await end('delivered')
    await bed.claimOne()
    const seen: number[] = []
    let cursor: number | undefined
    do {
      const page = await listDeliveries(db, { appId, limit: 2, cursor })
      seen.push(...page.deliveries.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toHaveLength(8)
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a))
  })

  test('is filtered by state, and holds only what is the app’s own', async () => {
    const { appId, conversation } = await bed.listening()
    const other = await bed.listening()
    await send(bed.pool, conversation, ['one', 'two', 'three', 'four'])
    await end('delivered')
    await end('dead')
    await bed.claimOne()
    expect(await states(appId, 'pending')).toEqual(['pending', 'pending'])
    expect(await states(appId, 'held')).toEqual([])
    expect(await states(appId, 'delivered')).toEqual(['delivered'])
    expect(await states(appId, 'dead')).toEqual(['dead'])
    expect(await states(appId, 'cancelled')).toEqual([])
    const { deliveries } = await listDeliveries(db, { appId, limit: 1 })
    expect(await states(other.appId)).toEqual([])
    expect(
      await findDelivery(db, eventRendering, { appId: other.appId, deliveryId: deliveries[0]!.id }),
    ).toBeUndefined()
  })

  test.each([
    ['is disabled', `state = 'disabled'`],
    ['has no URL', 'url = null'],
  ])('calls what waits for an endpoint that %s held, and pending again afterwards', async (_what, change) => {
    const { appId, endpointId, conversation } = await bed.listening()
    await send(bed.pool, conversation, ['delivered'])
    await end('delivered')
    await send(bed.pool, conversation, ['waits', 'waits too'])
    await bed.pool.query(`update endpoints set ${change} where id = $1`, [endpointId])
    expect(await states(appId, 'held')).toEqual(['held', 'held'])
    expect(await states(appId, 'pending')).toEqual([])
    expect(await states(appId)).toEqual(['held', 'held', 'delivered'])
    const { deliveries } = await listDeliveries(db, { appId, limit: 10, state: 'held' })
    expect(deliveries.map(({ nextAttemptAt }) => nextAttemptAt)).toEqual([null, null])
    expect(await findDelivery(db, eventRendering, { appId, deliveryId: deliveries[0]!.id })).toMatchObject({
      state: 'held',
    })
    await bed.pool.query(
      `update endpoints set state = 'enabled', url = 'http://127.0.0.1:9/' where id = $1`,
      [endpointId],
    )
    expect(await states(appId, 'pending')).toEqual(['pending', 'pending'])
  })

  test('of an unknown app is empty', async () => {
    const appId = '01900000-0000-7000-8000-000000000000'
    expect(await listDeliveries(db, { appId, limit: 10 })).toEqual({ deliveries: [], nextCursor: null })
    expect(await findDelivery(db, eventRendering, { appId, deliveryId: 1 })).toBeUndefined()
  })
})

describe('one delivery', () => {
  test('shows every attempt, of an open and of a finished one, and the exact body', async () => {
    const { appId, conversation } = await bed.listening()
    await send(bed.pool, conversation, ['one'])
    const deliveryId = await end('retry')
    await end('retry')
    const open = await findDelivery(db, eventRendering, { appId, deliveryId })
    expect(open).toMatchObject({
      state: 'pending',
      attempts: [
        { attempt: 1, outcome: 'retry', status: 500 },
        { attempt: 2, outcome: 'retry', status: 500 },
      ],
    })
    expect(JSON.parse(open?.requestBody ?? '')).toMatchObject({ new_message: { text: 'one' } })
    await end('delivered')
    const finished = await findDelivery(db, eventRendering, { appId, deliveryId })
    expect(finished).toMatchObject({
      state: 'delivered',
      attemptsMade: 3,
      requestBody: open?.requestBody,
      attempts: [...(open?.attempts ?? []), { attempt: 3, outcome: 'delivered', status: 200 }],
    })
    const { attempts: _attempts, requestBody: _body, bodyWithheld: _withheld, ...summary } = finished!
    expect((await listDeliveries(db, { appId, limit: 1 })).deliveries).toEqual([summary])
  })

  test('that was never attempted has no attempts', async () => {
    const { appId, conversation } = await bed.listening()
    await send(bed.pool, conversation, ['one'])
    const { deliveries } = await listDeliveries(db, { appId, limit: 1 })
    expect(await findDelivery(db, eventRendering, { appId, deliveryId: deliveries[0]!.id })).toMatchObject({
      attempts: [],
    })
  })
})

describe('with 100,000 waiting deliveries, newer ones of another app among them', () => {
  const rowsRead = async (run: (db: Database) => Promise<unknown>): Promise<number> => {
    const client = await bed.connect()
    // One connection for all that Kysely asks.
    const lent = { query: client.query.bind(client), release() {} }
    const one = createDatabase({ connect: async () => lent } as never)
    const counter = async (): Promise<number> => {
      const { rows } = await client.query<{ read: number }>(
        `select sum(seq_tup_read + idx_tup_fetch)::bigint as read from pg_stat_xact_user_tables
         where relname like 'delivery_queue' or relname like 'delivery_history%'`,
      )
      return rows[0]?.read ?? 0
    }
    await client.query('begin')
    const before = await counter()
    await run(one)
    const read = (await counter()) - before
    await client.query('commit')
    return read
  }

  test('reading a page takes no more rows than it shows, whatever its state and wherever it is', async () => {
    const { appId, endpointId } = await bed.listening()
    const older = await bed.listening()
    const fill = (endpoint: string, count: number) =>
      bed.pool.query(
        `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at)
         select $1, md5((i / 10)::text)::uuid, i, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(),
           case when i % 10 = 0 then clock_timestamp() end
         from generate_series(1, $2::integer) i`,
        [endpoint, count],
      )
    await fill(older.endpointId, 20)
    const noisy = await bed.listening()
    await fill(endpointId, 50_000)
    await fill(noisy.endpointId, 50_000)
    // Just so in the history, by copies that had their turn.
    await bed.pool.query(
      `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, state, attempts,
         attempt_log, replay, created_at, finished_at)
       select id, endpoint_id, sequence, subscription_id, event_type, source_id,
         case when id % 4 = 0 then 'dead' else 'delivered' end, 1, '[]', false, created_at, created_at
       from delivery_queue`,
    )
    await bed.pool.query('analyze')
    const { deliveries } = await listDeliveries(db, { appId, limit: 1 })
    const middle = deliveries[0]!.id - 25_000
    const list = (input: Partial<Parameters<typeof listDeliveries>[1]>) =>
      rowsRead((one) => listDeliveries(one, { appId, limit: 50, ...input }))
    const reads = {
      first: await list({}),
      pending: await list({ state: 'pending' }),
      held: await list({ state: 'held' }),
      middle: await list({ state: 'pending', cursor: middle }),
      delivered: await list({ state: 'delivered' }),
      deliveredDeep: await list({ state: 'delivered', cursor: middle }),
      dead: await list({ state: 'dead' }),
      otherApp: await list({ appId: older.appId, state: 'pending' }),
      one: await rowsRead((one) => findDelivery(one, eventRendering, { appId, deliveryId: middle })),
    }
    for (const [what, read] of Object.entries(reads))
      expect([what, read <= 200 ? 0 : read]).toEqual([what, 0])
  })
})
