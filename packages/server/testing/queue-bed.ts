import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { released } from '../src/delivery/attempt.ts'
import type { LeasedDelivery, LeaseOutcome } from '../src/delivery/leased-delivery.ts'
import type { FreeSlots } from '../src/delivery/slots.ts'
import { createDeliveryStore, type DeliveryStore } from '../src/delivery/store.ts'
import { newId } from '../src/ids.ts'
import { addConversation, addEndpoint, subscribe } from './delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { waitFor } from './wait-for.ts'

export const ANY_SLOTS: FreeSlots = {
  endpoints: [],
  free: [],
  freeReplays: [],
  defaultFree: 50,
  defaultConcurrency: 50,
  nodes: 1,
  room: 1_000,
}
/** The node whose store the bed uses. */
export const NODE = newId()

/** The statements of delivery on some connection; a transaction begun on it holds them open. */
export const storeOn = (pool: pg.Pool | pg.PoolClient, node = NODE): DeliveryStore =>
  createDeliveryStore({ pool: pool as pg.Pool, node, leaseMs: 30_000, monotonic: () => performance.now() })

/** What an attempt came to, without any attempt. */
export const outcome = (delivery: LeasedDelivery, kind: LeaseOutcome['kind'], delayMs = 0): LeaseOutcome => ({
  ...released(delivery),
  kind,
  delayMs,
  attempt:
    kind === 'released' || kind === 'cancelled'
      ? null
      : {
          attempt: delivery.attempts + 1,
          startedAt: new Date().toISOString(),
          durationMs: 1,
          outcome: kind,
          status: kind === 'delivered' ? 200 : 500,
          error: null,
          requestHeaders: {},
          answerHeaders: null,
          answerBody: null,
        },
})

/**
 * A database for one test file and the queue's statements on it, to be called in chosen interleavings: what random
 * faults do not find. The queue is empty before each test.
 */
export function useQueueBed() {
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

  const claim = (): Promise<LeasedDelivery[]> => store.claim(ANY_SLOTS, 256)
  return {
    get pool(): pg.Pool {
      return database.pool
    },
    get store(): DeliveryStore {
      return store
    },
    /** A connection of one's own until the end of the test. */
    async connect(): Promise<pg.PoolClient> {
      const client = await database.pool.connect()
      clients.push(client)
      return client
    },
    /** An app that hears a conversation. */
    async listening() {
      const endpoint = await addEndpoint(database.pool, 'http://127.0.0.1:9/hook')
      const conversation = await addConversation(database.pool)
      await subscribe(database.pool, endpoint, conversation.supplierId)
      return { ...endpoint, conversation }
    },
    claim,
    async claimOne(): Promise<LeasedDelivery> {
      const [delivery, ...rest] = await claim()
      expect(rest).toEqual([])
      return delivery!
    },
    finish: (outcomes: LeaseOutcome[], keep = true) => store.finish(outcomes, () => keep),
    async queueRows() {
      const { rows } = await database.pool.query(
        `select id, lease_number, lease_owner, lease_until is not null as leased, due_at is not null as ready,
           attempts, failures, reaps from delivery_queue order by sequence`,
      )
      return rows
    },
    expireLeases: () =>
      database.pool.query(
        `update delivery_queue set lease_until = clock_timestamp() - interval '1 second'
         where lease_until is not null`,
      ),
    /** Resolves at the moment the connection waits for somebody's lock. */
    async isWaitingForLock(client: pg.PoolClient): Promise<void> {
      const { processID } = client as unknown as { processID: number }
      await waitFor(async () => {
        const { rows } = await database.pool.query(
          `select 1 from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`,
          [processID],
        )
        return rows.length > 0
      })
    },
  }
}
