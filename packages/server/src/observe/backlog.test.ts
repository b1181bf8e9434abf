import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addEndpoint } from '../../testing/delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { BACKLOG_SESSION, readBacklog } from './backlog.ts'

let database: TestDatabase
let client: PoolClient

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 })
  client = await database.pool.connect()
  for (const [name, value] of Object.entries(BACKLOG_SESSION)) await client.query(`set ${name} = ${value}`)
})
afterAll(async () => {
  client.release()
  await database.drop()
})
// In one transaction now() stands still, so that ages come out to the second.
beforeEach(() => client.query('begin'))
afterEach(() => client.query('rollback'))

const HOUR = 3600

async function endpoint(set = ''): Promise<string> {
  const { endpointId } = await addEndpoint(client, 'http://127.0.0.1:9/hook')
  if (set) await client.query(`update endpoints set ${set} where id = $1`, [endpointId])
  return endpointId
}

/** A delivery in a lane of its own, due so many seconds ago. */
const due = (endpointId: string, secondsAgo: number, replay = false): Promise<unknown> =>
  client.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, replay, due_at)
     values ($1, $2, 1, $2, 'NEW_MESSAGE', $2, $3, now() - make_interval(secs => $4))`,
    [endpointId, randomUUID(), replay, secondsAgo],
  )

const leased = (endpointId: string, until: string): Promise<unknown> =>
  client.query(
    `insert into delivery_queue
       (endpoint_id, lane, sequence, subscription_id, event_type, source_id, lease_owner, lease_until)
     values ($1, $2, 1, $2, 'NEW_MESSAGE', $2, $2, ${until})`,
    [endpointId, randomUUID()],
  )

async function ages(): Promise<{ due: number; replay: number; unserved: number }> {
  const backlog = await readBacklog(client)
  return {
    due: backlog.oldestDueSeconds,
    replay: backlog.oldestReplayDueSeconds,
    unserved: backlog.unservedDueSeconds,
  }
}

const NOTHING = { due: 0, replay: 0, unserved: 0 }

describe('the oldest due age', () => {
  test('is 0 when nothing waits, and while everything that waits is due later', async () => {
    expect(await ages()).toEqual(NOTHING)
    await due(await endpoint(), -HOUR)
    expect(await ages()).toEqual(NOTHING)
  })

  test('is that of the oldest delivery of any open endpoint', async () => {
    const [one, other] = [await endpoint(), await endpoint()]
    await due(one, 20)
    await due(one, 900)
    await due(other, 3000)
    expect((await ages()).due).toBe(3000)
  })

  test.each([
    ['disabled', "state = 'disabled', disabled_reason = 'answered_410_gone'"],
    ['paused', "paused_until = now() + interval '1 minute'"],
    ['without a URL', 'url = null'],
  ])('leaves an endpoint out that is %s', async (_, set) => {
    await due(await endpoint(set), HOUR)
    expect(await ages()).toEqual(NOTHING)
  })

  test('counts from the end of a pause: sooner it could not be delivered', async () => {
    await due(await endpoint("paused_until = now() - interval '7 seconds'"), 3 * HOUR)
    expect(await ages()).toEqual({ due: 7, replay: 0, unserved: 7 })
  })

  test('tells replays apart, which go slowly on purpose', async () => {
    const id = await endpoint()
    await due(id, HOUR, true)
    await due(id, 5)
    expect(await ages()).toEqual({ due: 5, replay: HOUR, unserved: 5 })
  })
})

describe('the unserved due age', () => {
  test('is that of an endpoint nobody holds a lease of', async () => {
    const id = await endpoint()
    await due(id, HOUR)
    await leased(id, "now() - interval '1 second'")
    expect((await ages()).unserved).toBe(HOUR)
  })

  test('one slow app does not raise it, however far behind it is', async () => {
    const slow = await endpoint()
    await due(slow, HOUR)
    await leased(slow, "now() + interval '20 seconds'")
    expect(await ages()).toEqual({ due: HOUR, replay: 0, unserved: 0 })
  })

  test('nor does one that gets few on purpose', async () => {
    await due(await endpoint('rate_per_second = 1'), HOUR)
    expect(await ages()).toEqual({ due: HOUR, replay: 0, unserved: 0 })
  })

  test('counts from the last attempt that ended, between two leases', async () => {
    await due(await endpoint("last_failure_at = now() - interval '3 seconds'"), HOUR)
    await due(await endpoint("last_success_at = now() - interval '62 seconds'"), HOUR)
    expect(await ages()).toEqual({ due: HOUR, replay: 0, unserved: 3 })
  })
})

test('endpoints are counted by the state of their circuit breaker', async () => {
  await endpoint()
  await endpoint()
  await endpoint("paused_until = now() + interval '1 minute'")
  await endpoint("paused_until = now() - interval '1 minute'")
  await endpoint("state = 'disabled', disabled_reason = 'answered_410_gone'")
  await endpoint('url = null')
  expect((await readBacklog(client)).endpoints).toEqual({ closed: 2, open: 1, half_open: 1, disabled: 1 })
})

test('a long queue of dead endpoints is skipped, also by a plan that was made while it was empty', async () => {
  const live = await endpoint()
  const dead = [
    await endpoint("paused_until = now() + interval '1 hour'"),
    await endpoint("state = 'disabled', disabled_reason = 'answered_410_gone'"),
  ]
  await readBacklog(client)
  for (const id of dead) {
    await client.query(
      `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at)
       select $1, gen_random_uuid(), i, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(), now() - interval '1 day'
       from generate_series(1, 20000) i`,
      [id],
    )
  }
  await due(live, 30)
  const counter = async (): Promise<number> => {
    const { rows } = await client.query<{ read: number }>(
      `select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables
       where relname = 'delivery_queue'`,
    )
    return rows[0]?.read ?? 0
  }
  const before = await counter()
  const backlog = await readBacklog(client)
  const read = (await counter()) - before
  expect(backlog.oldestDueSeconds).toBe(30)
  expect(read).toBeLessThan(50)
})
