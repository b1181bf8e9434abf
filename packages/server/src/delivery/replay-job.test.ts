import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  revokeGrant,
  subscribe,
  type TestEndpoint,
} from '../../testing/delivery-fixture.ts'
import {
  addFinished,
  deliverAll,
  type FinishedDeliveries,
  replaysOf,
  replaysOn,
} from '../../testing/replay-bed.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { changeReplay } from './control-replay.ts'
import { completeReplays } from './replay-store.ts'

let database: TestDatabase
let replays: ReturnType<typeof replaysOn>
let app: TestEndpoint
let other: TestEndpoint

beforeAll(async () => {
  database = await createTestDatabase()
  replays = replaysOn(database.pool)
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.pool.query(
    'truncate delivery_queue, delivery_history, delivery_attempts, replay_jobs cascade',
  )
  app = await addEndpoint(database.pool, 'http://127.0.0.1:9/a')
  other = await addEndpoint(database.pool, 'http://127.0.0.1:9/b')
})

const finished = (input: FinishedDeliveries, of = app) => addFinished(database.pool, of, input)
const sources = async (jobId: string) =>
  (await replaysOf(database.pool, jobId)).map((row) => row.source_id).sort()
const queuedBy = async (jobId: string) => {
  while (await replays.step(jobId)) await deliverAll(database.pool)
  return await sources(jobId)
}
const openRows = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ count: number }>('select count(*) from delivery_queue')
  return rows[0]?.count ?? 0
}

describe('a replay sends', () => {
  test('what its app has had, and nothing of another app', async () => {
    const own = await finished({ count: 3 })
    await finished({ count: 3 }, other)
    expect(await queuedBy(await replays.start(app.appId))).toEqual(own.sort())
  })

  test('for every app, what all have had', async () => {
    const all = [...(await finished({ count: 3 })), ...(await finished({ count: 120 }, other))]
    expect(await queuedBy(await replays.start(null))).toEqual(all.sort())
  })

  test('only what was made from the first moment on and before the second', async () => {
    await finished({ count: 2, createdAt: '2026-11-01T09:59:59.999Z' })
    const wanted = await finished({ count: 2, createdAt: '2026-11-01T10:00:00Z' })
    wanted.push(...(await finished({ count: 2, createdAt: '2026-11-01T10:59:59.999Z' })))
    await finished({ count: 2, createdAt: '2026-11-01T11:00:00Z' })
    const from = new Date('2026-11-01T10:00:00Z')
    const to = new Date('2026-11-01T11:00:00Z')
    expect(await queuedBy(await replays.start(app.appId, { from, to }))).toEqual(wanted.sort())
  })

  test('only one event and one outcome, if asked for', async () => {
    await finished({ count: 2, eventType: 'NEW_MESSAGE' })
    await finished({ count: 2, eventType: 'POST_UPDATE', state: 'dead' })
    const wanted = await finished({ count: 2, eventType: 'NEW_MESSAGE', state: 'dead' })
    const filter = { eventType: 'NEW_MESSAGE', state: 'dead' } as const
    expect(await queuedBy(await replays.start(app.appId, filter))).toEqual(wanted.sort())
  })

  test('nothing that was made after the job', async () => {
    const own = await finished({ count: 2 })
    const jobId = await replays.start(app.appId)
    await finished({ count: 2 })
    expect(await queuedBy(jobId)).toEqual(own.sort())
  })

  test('each event once, however often it was replayed before', async () => {
    const own = await finished({ count: 4 })
    await queuedBy(await replays.start(app.appId))
    expect(await queuedBy(await replays.start(app.appId))).toEqual(own.sort())
  })

  test('of what died only that which no replay has delivered since', async () => {
    const [first, second] = await finished({ count: 2, state: 'dead' })
    await database.pool.query(
      `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, state,
         attempts, attempt_log, replay, created_at, finished_at)
       values (999, $1, 0, $2, 'USER_ACCESS_REVOCATION', $3, 'delivered', 1, '[]', true, now(), now())`,
      [app.endpointId, app.appId, first],
    )
    const jobId = await replays.start(app.appId, { state: 'dead' })
    expect(await queuedBy(jobId)).toEqual([second])
    expect(await replays.read(jobId)).toMatchObject({ skipped_delivered: 1 })
    expect(await queuedBy(await replays.start(app.appId))).toHaveLength(2)
  })

  test('nothing that was cancelled, and nothing that consent no longer covers: both are counted', async () => {
    const own = await finished({ count: 1 })
    await finished({ count: 2, state: 'cancelled' })
    const { supplierId } = await addConversation(database.pool)
    const { grantId } = await subscribe(database.pool, app, supplierId)
    await finished({ count: 3, grantId })
    const jobId = await replays.start(app.appId)
    await revokeGrant(database.pool, grantId)
    expect(await queuedBy(jobId)).toEqual(own.sort())
    expect(await replays.read(jobId)).toMatchObject({
      examined: 6,
      matched: 6,
      queued: 1,
      skipped_consent: 3,
      skipped_cancelled: 2,
    })
  })
})

describe('a queued replay', () => {
  test('is due at once in a lane of its own, marked, and tells of the same thing to the same subscription', async () => {
    const [source] = await finished({ count: 1 })
    const jobId = await replays.start(app.appId)
    await replays.step(jobId)
    const { rows } = await database.pool.query(
      'select *, due_at <= clock_timestamp() as due from delivery_queue',
    )
    expect(rows).toMatchObject([
      {
        source_id: source,
        subscription_id: app.appId,
        replay: true,
        replay_job_id: jobId,
        due: true,
        lease_until: null,
        attempts: 0,
      },
    ])
  })

  test('never has more than 500 of its job beside it', async () => {
    await finished({ count: 1200 })
    const jobId = await replays.start(app.appId)
    let total = 0
    do {
      await replays.step(jobId)
      const open = await openRows()
      expect(open).toBeLessThanOrEqual(500)
      total += open
      await replays.step(jobId)
      expect(await openRows()).toBe(open)
    } while ((await deliverAll(database.pool)) > 0)
    expect(total).toBe(1200)
  })

  test('of a job for every app waits for nobody else: an endpoint that takes nothing holds up its own alone', async () => {
    await finished({ count: 200 })
    await finished({ count: 200 }, other)
    const jobId = await replays.start(null)
    const deliverOthers = () =>
      database.pool.query('delete from delivery_queue where endpoint_id = $1', [other.endpointId])
    for (let i = 0; i < 6; i++) {
      await replays.step(jobId)
      expect(await openRows()).toBeLessThanOrEqual(100)
      await deliverOthers()
    }
    const { rows } = await database.pool.query(
      'select endpoint_id, queued, closed from replay_walks where job_id = $1 and queued > 0 order by queued',
      [jobId],
    )
    expect(rows).toEqual([
      { endpoint_id: app.endpointId, queued: 50, closed: false },
      { endpoint_id: other.endpointId, queued: 200, closed: true },
    ])
  })
})

describe('an endpoint without URL, or disabled,', () => {
  const disable = (state: 'enabled' | 'disabled') =>
    database.pool.query('update endpoints set state = $2 where id = $1', [app.endpointId, state])

  test('lets a replay of its app wait, and go on when it is enabled again', async () => {
    const own = await finished({ count: 2 })
    const jobId = await replays.start(app.appId)
    await disable('disabled')
    expect(await queuedBy(jobId)).toEqual([])
    expect(await replays.read(jobId)).toMatchObject({
      status: 'running',
      waits_for_endpoint: true,
      examined: 0,
    })
    await disable('enabled')
    expect(await queuedBy(jobId)).toEqual(own.sort())
    expect(await replays.read(jobId)).toMatchObject({ waits_for_endpoint: false })
  })

  test('is passed over by a replay of every app, and counted', async () => {
    await finished({ count: 2 })
    const rest = await finished({ count: 2 }, other)
    await disable('disabled')
    const jobId = await replays.start(null)
    expect(await queuedBy(jobId)).toEqual(rest.sort())
    expect(await replays.read(jobId)).toMatchObject({ skipped_endpoint: 2, queued: 2 })
  })
})

describe('progress', () => {
  test('counts what was looked at and what became of it, and ends when nothing is under way', async () => {
    await finished({ count: 600 })
    const jobId = await replays.start(app.appId)
    expect(await replays.read(jobId)).toMatchObject({ status: 'running', looked_at: 0, queued: 0 })
    await replays.step(jobId)
    expect(await replays.read(jobId)).toMatchObject({
      examined: 500,
      queued: 500,
      waiting: 500,
      delivered: 0,
    })
    expect((await replays.read(jobId)).looked_at).toBeCloseTo(500 / 600)
    await deliverAll(database.pool)
    await replays.step(jobId)
    expect(await replays.read(jobId)).toMatchObject({
      queued: 600,
      waiting: 100,
      delivered: 500,
      looked_at: 1,
    })
    await completeReplays(replays.db)
    expect(await replays.read(jobId)).toMatchObject({ status: 'running' })
    await deliverAll(database.pool, 'dead')
    await replays.step(jobId)
    await completeReplays(replays.db)
    expect(await replays.read(jobId)).toMatchObject({
      status: 'done',
      reason: null,
      waiting: 0,
      delivered: 500,
      dead: 100,
      cancelled: 0,
      finished_at: expect.any(Date),
    })
  })

  test('is counted once and for all: the history may go', async () => {
    await finished({ count: 3 })
    const jobId = await replays.start(app.appId)
    await queuedBy(jobId)
    await deliverAll(database.pool)
    await replays.step(jobId)
    await database.pool.query('truncate delivery_history')
    await replays.step(jobId)
    expect(await replays.read(jobId)).toMatchObject({ delivered: 3 })
  })
})

describe('a paused job', () => {
  test('queues nothing, lets go out what is queued, and goes on where it stopped', async () => {
    const own = await finished({ count: 700 })
    const jobId = await replays.start(app.appId)
    await replays.step(jobId)
    await changeReplay(replays.db, { jobId, appId: app.appId }, 'pause')
    await deliverAll(database.pool)
    expect(await replays.step(jobId)).toBe(false)
    expect(await openRows()).toBe(0)
    expect(await replays.read(jobId)).toMatchObject({ status: 'paused', queued: 500, delivered: 500 })
    await changeReplay(replays.db, { jobId, appId: app.appId }, 'resume')
    expect(await queuedBy(jobId)).toEqual(own.sort())
  })

  test('was paused for certain: a step that began before has ended, and none begins after', async () => {
    await finished({ count: 10 })
    const jobId = await replays.start(app.appId)
    const step = await database.pool.connect()
    try {
      await step.query('begin')
      await step.query('select advance_replay($1)', [jobId])
      const pausing = changeReplay(replays.db, { jobId, appId: null }, 'pause')
      let paused = false
      pausing.then(() => {
        paused = true
      })
      await database.pool.query('select 1')
      expect(paused).toBe(false)
      await step.query('commit')
      expect(await pausing).toMatchObject({ status: 'paused', queued: 10 })
    } finally {
      step.release()
    }
  })
})

test('cancelling withdraws what nobody is sending, with its attempts, also where the endpoint takes nothing', async () => {
  await finished({ count: 3 })
  const jobId = await replays.start(app.appId)
  await replays.step(jobId)
  const { rows } = await database.pool.query<{ id: number }>('select id from delivery_queue order by id')
  const [leased, tried] = rows.map(({ id }) => id)
  await database.pool.query(
    `update delivery_queue set due_at = null, lease_until = now() + interval '1 hour' where id = $1`,
    [leased],
  )
  await database.pool.query('update delivery_queue set attempts = 1, failures = 1 where id = $1', [tried])
  await database.pool.query(
    'insert into delivery_attempts (delivery_id, attempt, record) values ($1, 1, $2)',
    [tried, '{"attempt":1}'],
  )
  await database.pool.query(`update endpoints set state = 'disabled' where id = $1`, [app.endpointId])
  await changeReplay(replays.db, { jobId, appId: app.appId }, 'cancel')
  await replays.step(jobId)
  const history = await database.pool.query(
    'select id, state, reason, attempts, attempt_log from delivery_history where replay order by id',
  )
  const cancelled = { state: 'cancelled', reason: 'replay_cancelled' }
  expect(history.rows).toMatchObject([
    { ...cancelled, id: tried, attempts: 1, attempt_log: [{ attempt: 1 }] },
    { ...cancelled, attempts: 0, attempt_log: [] },
  ])
  const { rows: left } = await database.pool.query('select delivery_id from delivery_attempts')
  expect(left).toEqual([])
  expect(await replays.read(jobId)).toMatchObject({ status: 'cancelled', cancelled: 2, waiting: 1 })
  await deliverAll(database.pool)
  await replays.step(jobId)
  expect(await replays.read(jobId)).toMatchObject({ delivered: 1, cancelled: 2, waiting: 0 })
})
