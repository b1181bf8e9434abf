import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sequentialReads } from '../../testing/sequential-reads.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { pruneEventFacts } from './prune-facts.ts'

const DAYS_30 = 30 * 24 * 3_600_000
const forever = new AbortController().signal

let database: TestDatabase
let db: Database

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 })
  db = createDatabase(database.pool)
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('truncate event_facts, delivery_queue, delivery_history'))

const prune = (): Promise<void> => pruneEventFacts(db, DAYS_30, forever)

async function addFact(age: string): Promise<string> {
  const id = newId()
  await database.pool.query(
    `insert into event_facts (id, type, payload, created_at) values ($1, 'USER_ACCESS_REVOCATION', '{}', now() - $2::interval)`,
    [id, age],
  )
  return id
}

const addOpen = (factId: string) =>
  database.pool.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at)
     values ($1, $2, 0, $3, 'USER_ACCESS_REVOCATION', $4, now())`,
    [newId(), newId(), newId(), factId],
  )

const addFinished = (factId: string, state: string, age: string) =>
  database.pool.query(
    `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, state, attempts,
       attempt_log, replay, created_at, finished_at)
     values (1, $1, 0, $2, 'USER_ACCESS_REVOCATION', $3, $4, 0, '[]', false, now(), now() - $5::interval)`,
    [newId(), newId(), factId, state, age],
  )

const factsLeft = async (): Promise<string[]> =>
  (await db.selectFrom('event_facts').select('id').execute()).map(({ id }) => id).sort()

test('a fact goes once it is older than deliveries are kept, and not before', async () => {
  await addFact('30 days 1 minute')
  const young = await addFact('29 days 23 hours')
  await prune()
  expect(await factsLeft()).toEqual([young])
})

test('a fact outlives every delivery that is rendered from it, open or finished, however old', async () => {
  const [open, dead, delivered] = [await addFact('1 year'), await addFact('1 year'), await addFact('1 year')]
  await addFact('1 year')
  await addOpen(open)
  await addFinished(dead, 'dead', '29 days')
  await addFinished(delivered, 'delivered', '1 day')
  await prune()
  expect(await factsLeft()).toEqual([open, dead, delivered].sort())
  await database.pool.query('truncate delivery_queue, delivery_history')
  await prune()
  expect(await factsLeft()).toEqual([])
})

test('no table is read from end to end for it', async () => {
  await database.pool.query(`
    insert into event_facts (id, type, payload, created_at)
    select gen_random_uuid(), 'x', '{}', now() - case when n <= 1500 then interval '31 days' else interval '0' end
    from generate_series(1, 20000) n;
    insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
      state, attempts, attempt_log, replay, created_at, finished_at)
    select n, gen_random_uuid(), 0, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(),
      case when n % 1000 > 0 then gen_random_uuid() end, case when n % 2 = 0 then 'dead' else 'delivered' end,
      0, '[]', false, now(), now()
    from generate_series(1, 20000) n;
    analyze event_facts, delivery_history`)
  expect(await sequentialReads(database.pool, prune)).toEqual({})
  expect(await factsLeft()).toHaveLength(18_500)
})
