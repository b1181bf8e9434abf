import { beforeAll, beforeEach, expect, test } from 'vitest'
import {
  finishedDeliveries,
  misplacedDeliveries,
  openDeliveries,
  send,
  type TestConversation,
} from '../../testing/delivery-fixture.ts'
import { outcome, useQueueBed } from '../../testing/queue-bed.ts'
import { createDatabase } from '../db/database.ts'
import { createLog } from '../log.ts'
import { expireHistory, prepareHistory, type RetentionDeps } from './retention.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const usual = { retainDeliveredMs: 7 * DAY, retainFailedMs: 30 * DAY }
const brief = { retainDeliveredMs: HOUR, retainFailedMs: HOUR }
const forever = new AbortController().signal

const bed = useQueueBed()
const { connect, listening, claim, claimOne, finish } = bed
let deps: RetentionDeps

beforeAll(() => {
  deps = { db: createDatabase(bed.pool), log: createLog({ level: 'silent' }) }
})
beforeEach(() => prepareHistory(deps, usual, forever))

/** Finished deliveries put in directly, each of an age and a state. */
const addFinished = (endpointId: string, rows: [id: number, state: string, age: string][]) =>
  bed.pool.query(
    `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, state, attempts,
       attempt_log, replay, created_at, finished_at)
     select x.id, $1, x.id, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(), x.state, 0, '[]', false, now(),
       clock_timestamp() - x.age::interval
     from unnest($2::bigint[], $3::text[], $4::text[]) as x (id, state, age)`,
    [endpointId, rows.map(([id]) => id), rows.map(([, state]) => state), rows.map(([, , age]) => age)],
  )

/** A partition that holds what was finished in two hours of the past. */
const addPast = (kind: 'delivered' | 'failed', name: string, from: string): Promise<unknown> =>
  bed.pool.query(`do $$ begin
    execute format('create table ${name} partition of delivery_history_${kind} for values from (%L) to (%L)',
      clock_timestamp() - interval '${from}', clock_timestamp() - interval '${from}' + interval '2 hours');
  end $$`)

const kept = async (endpointId: string): Promise<number[]> =>
  (await finishedDeliveries(bed.pool, endpointId)).map(({ id }) => id).sort((a, b) => a - b)

const exists = async (table: string): Promise<boolean> => {
  const { rows } = await bed.pool.query('select to_regclass($1) is not null as there', [table])
  return rows[0].there
}

test('a finished delivery goes into a partition of its day, never into the default one', async () => {
  const { conversation, endpointId } = await listening()
  for (const kind of ['delivered', 'dead', 'cancelled'] as const) {
    await send(bed.pool, conversation, [kind])
    await finish([outcome(await claimOne(), kind)])
  }
  expect(await finishedDeliveries(bed.pool, endpointId)).toHaveLength(3)
  const { rows } = await bed.pool.query(
    `select from delivery_history_delivered_default union all select from delivery_history_failed_default`,
  )
  expect(rows).toEqual([])
})

test('delivered deliveries are kept for 7 days, dead and cancelled ones for 30, and no less', async () => {
  const { endpointId } = await listening()
  await addFinished(endpointId, [
    [1, 'delivered', '7 days 1 minute'],
    [2, 'delivered', '6 days 23 hours 59 minutes'],
    [3, 'dead', '30 days 1 minute'],
    [4, 'cancelled', '30 days 1 minute'],
    [5, 'dead', '29 days 23 hours 59 minutes'],
    [6, 'cancelled', '8 days'],
  ])
  await expireHistory(deps, usual, forever)
  expect(await kept(endpointId)).toEqual([2, 5, 6])
})

test('whole partitions are dropped once their last row is old enough', async () => {
  const { endpointId } = await listening()
  await addPast('delivered', 'delivered_old', '7 days 3 hours')
  await addPast('delivered', 'delivered_young', '7 days')
  await addPast('failed', 'failed_old', '30 days 3 hours')
  await addFinished(endpointId, [
    [1, 'delivered', '7 days 2 hours'],
    [2, 'delivered', '6 days 23 hours'],
    [3, 'dead', '30 days 2 hours'],
  ])
  await expireHistory(deps, usual, forever)
  expect(await kept(endpointId)).toEqual([2])
  expect(await Promise.all(['delivered_old', 'failed_old', 'delivered_young'].map(exists))).toEqual([
    false,
    false,
    true,
  ])
  await bed.pool.query('drop table delivered_young')
})

test('what the default partition holds for too long goes in batches, past a row that somebody holds', async () => {
  const { endpointId } = await listening()
  await addFinished(
    endpointId,
    Array.from({ length: 2_500 }, (_, i) => [i, 'dead', '31 days']),
  )
  const holder = await connect()
  await holder.query('begin')
  await holder.query('select from delivery_history_failed_default where id = 1700 for update')
  await expireHistory(deps, usual, forever)
  expect(await kept(endpointId)).toEqual([1700])
  await holder.query('rollback')
  await expireHistory(deps, usual, forever)
  expect(await kept(endpointId)).toEqual([])
})

test('attempts live exactly as long as their delivery', async () => {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['one'])
  await finish([outcome(await claimOne(), 'retry')])
  await finish([outcome(await claimOne(), 'delivered')])
  const { rows } = await bed.pool.query('select attempt_log from delivery_history')
  expect(rows[0].attempt_log).toMatchObject([{ attempt: 1 }, { attempt: 2 }])
  expect((await bed.pool.query('select from delivery_attempts')).rows).toEqual([])
  expect(await finishedDeliveries(bed.pool, endpointId)).toHaveLength(1)
})

test('the settings may change at any time, in both directions', async () => {
  const { endpointId } = await listening()
  await addFinished(endpointId, [
    [1, 'delivered', '1 hour 1 minute'],
    [2, 'dead', '1 hour 1 minute'],
    [3, 'delivered', '59 minutes'],
  ])
  const more = { retainDeliveredMs: 90 * DAY, retainFailedMs: 90 * DAY }
  await expireHistory(deps, more, forever)
  await prepareHistory(deps, more, forever)
  expect(await kept(endpointId)).toEqual([1, 2, 3])

  await expireHistory(deps, brief, forever)
  await prepareHistory(deps, brief, forever)
  const now = await finishOne()
  // Made for a day: it goes as a whole when its last hour is old enough.
  expect(await kept(endpointId)).toEqual(expect.arrayContaining([3]))
  expect(now).not.toMatch(/_default$/)
  await expireHistory(deps, usual, forever)
  await prepareHistory(deps, usual, forever)
  expect(await finishOne()).not.toMatch(/_default$/)
})

/** The partition that a delivery goes to which is finished now. */
async function finishOne(): Promise<string> {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['one'])
  await finish([outcome(await claimOne(), 'delivered')])
  const { rows } = await bed.pool.query(
    'select tableoid::regclass::text as place from delivery_history where endpoint_id = $1',
    [endpointId],
  )
  return rows[0].place
}

test('nothing fails or stalls while partitions are made, dropped and emptied beside sends and finishes', async () => {
  const apps = await Promise.all(Array.from({ length: 4 }, () => listening()))
  await addFinished(
    apps[0]!.endpointId,
    Array.from({ length: 5_000 }, (_, i) => [i, 'dead', '31 days']),
  )
  let retaining = true
  const keepRetaining = async (rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i++) {
      await addPast('delivered', `old_${i}`, '8 days')
      // Hours, then days again: partitions are dropped and made in each round.
      await expireHistory(deps, i % 2 ? usual : brief, forever)
      await prepareHistory(deps, i % 2 ? usual : brief, forever)
    }
    retaining = false
  }
  // finish_deliveries gives up on a lock after 5 s, and would throw.
  const finishWhatIsDue = async (): Promise<void> => {
    const { next } = await finish((await claim()).map((delivery) => outcome(delivery, 'delivered')))
    await finish(
      next.map((delivery) => outcome(delivery, 'dead')),
      false,
    )
  }
  let sent = 0
  const keepDelivering = async (conversation: TestConversation): Promise<void> => {
    while (retaining) {
      await send(bed.pool, conversation, ['one', 'two'])
      sent += 2
      await finishWhatIsDue()
    }
  }
  await Promise.all([keepRetaining(6), ...apps.map(({ conversation }) => keepDelivering(conversation))])
  while ((await openDeliveries(bed.pool)) > 0) await finishWhatIsDue()
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
  const { rows } = await bed.pool.query('select count(*) as finished from delivery_history')
  expect(rows).toEqual([{ finished: sent }])
})
