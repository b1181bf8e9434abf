import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addConversation, addEndpoint, subscribe, type TestEndpoint } from '../../testing/delivery-fixture.ts'
import { sequentialReads } from '../../testing/sequential-reads.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { pruneSubscriptions } from './prune-subscriptions.ts'

const DAYS_30 = 30 * 24 * 3_600_000
const forever = new AbortController().signal

let database: TestDatabase
let db: Database
let endpoint: TestEndpoint

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 })
  db = createDatabase(database.pool)
  endpoint = await addEndpoint(database.pool, 'http://127.0.0.1:9/hook')
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('truncate subscriptions, delivery_queue, delivery_history'))

const prune = (): Promise<void> => pruneSubscriptions(db, DAYS_30, forever)

/** One that expired, or was ended, that long ago. */
async function addOver(how: 'expires_at' | 'ended_at', ago: string): Promise<string> {
  const { supplierId } = await addConversation(database.pool)
  const { subscriptionId } = await subscribe(database.pool, endpoint, supplierId)
  await database.pool.query(`update subscriptions set ${how} = now() - $2::interval where id = $1`, [
    subscriptionId,
    ago,
  ])
  return subscriptionId
}

interface Delivery {
  replay: boolean
  /** How long ago it was made. */
  made: string
}

const addOpen = (subscriptionId: string, { replay, made }: Delivery) =>
  database.pool.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, conversation_id,
       replay, created_at, due_at)
     values ($1, $2, 0, $3, 'NEW_MESSAGE', $2, $2, $4, now() - $5::interval, now())`,
    [endpoint.endpointId, newId(), subscriptionId, replay, made],
  )

const addFinished = (subscriptionId: string, { replay, made }: Delivery, ago: string) =>
  database.pool.query(
    `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
       state, attempts, attempt_log, replay, created_at, finished_at)
     values (1, $1, 0, $2, 'NEW_MESSAGE', $3, $3, 'dead', 0, '[]', $4, now() - $5::interval, now() - $6::interval)`,
    [endpoint.endpointId, subscriptionId, newId(), replay, made, ago],
  )

const left = async (): Promise<string[]> =>
  (await db.selectFrom('subscriptions').select('id').execute()).map(({ id }) => id).sort()

test('what lives, or ended of late, stays; what ended long ago goes, whichever way it ended', async () => {
  const stays = [await addOver('expires_at', '-1 hour'), await addOver('ended_at', '38 days')]
  await addOver('ended_at', '40 days')
  await addOver('expires_at', '40 days')
  await prune()
  expect(await left()).toEqual(stays.sort())
})

test('the metadata stays for as long as anything is rendered from it', async () => {
  const ids: string[] = []
  for (let i = 0; i < 4; i++) ids.push(await addOver('ended_at', '1 year'))
  const [held, replayed, late, again] = ids
  await addOver('ended_at', '1 year')
  await addOpen(held!, { replay: false, made: '1 year' })
  await addOpen(replayed!, { replay: true, made: '1 minute' })
  await addFinished(late!, { replay: false, made: '1 year' }, '29 days')
  await addFinished(again!, { replay: true, made: '1 day' }, '1 day')
  await prune()
  expect(await left()).toEqual(ids.toSorted())
  await database.pool.query('truncate delivery_queue, delivery_history')
  await prune()
  expect(await left()).toEqual([])
})

test('no table is read from end to end for it while no delivery has been open for a month', async () => {
  const { supplierId } = await addConversation(database.pool)
  await database.pool.query(
    `insert into subscriptions (id, app_id, user_id, event_type, endpoint_id, grant_id, token_id, expires_at, ended_at)
     select gen_random_uuid(), $1, $2, 'NEW_MESSAGE_ON_POST', $3, $3, $3, now() + interval '1 hour',
       now() - case when n <= 1500 then interval '40 days' else interval '0' end
     from generate_series(1, 20000) n`,
    [endpoint.appId, supplierId, endpoint.endpointId],
  )
  await database.pool.query(`
    insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, conversation_id, due_at)
    select gen_random_uuid(), gen_random_uuid(), n, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(), gen_random_uuid(), now()
    from generate_series(1, 20000) n;
    insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
      state, attempts, attempt_log, replay, created_at, finished_at)
    select n, gen_random_uuid(), 0, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(), gen_random_uuid(),
      case when n % 2 = 0 then 'dead' else 'delivered' end, 0, '[]', n % 1000 = 0, now(), now()
    from generate_series(1, 20000) n;
    analyze subscriptions, delivery_queue, delivery_history`)
  expect(await sequentialReads(database.pool, prune)).toEqual({})
  expect(await left()).toHaveLength(18_500)
})
