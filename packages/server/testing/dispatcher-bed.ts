import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { systemClock } from '../src/clock.ts'
import {
  createDispatcher,
  type Dispatcher,
  type DispatcherDeps,
  type DispatcherOptions,
} from '../src/delivery/dispatcher.ts'
import { createAddressGuard } from '../src/outbound/address-guard.ts'
import { createOutbound, type Outbound } from '../src/outbound/call-app.ts'
import {
  addConversation,
  addEndpoint,
  openDeliveries,
  subscribe,
  type TestConversation,
  type TestEndpoint,
  type TestSubscription,
} from './delivery-fixture.ts'
import { eventRendering } from './event-rendering.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { waitFor } from './wait-for.ts'
import { startWebhookReceiver, type WebhookAnswer, type WebhookReceiver } from './webhook-receiver.ts'

export interface ListeningApp extends TestEndpoint, TestSubscription {
  conversation: TestConversation
}

const log = { info(): void {}, warn(): void {}, error(): void {} }

/** A database for one test file, dispatchers on it and apps to hear them; all end with each test. */
export function useDispatcherBed() {
  let database: TestDatabase
  let outbound: Outbound
  const cleanups: (() => unknown)[] = []
  beforeAll(async () => {
    database = await createTestDatabase()
    outbound = createOutbound({
      guard: createAddressGuard({ allow: ['127.0.0.0/8'] }),
      clock: systemClock,
      log,
    })
  })
  afterAll(async () => {
    await outbound.close()
    await database.drop()
  })
  beforeEach(() => database.pool.query('truncate delivery_queue, delivery_history, delivery_attempts'))
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })
  return {
    get pool(): pg.Pool {
      return database.pool
    },
    /** Everything fast, and no chance in the schedule. */
    dispatcher(options: Partial<DispatcherOptions> = {}, deps: Partial<DispatcherDeps> = {}): Dispatcher {
      const created = createDispatcher(
        {
          rendering: eventRendering,
          pool: database.pool,
          outbound,
          clock: systemClock,
          log,
          random: () => 0.5,
          ...deps,
        },
        { claimEveryMs: 10, sweepEveryMs: 50, quietAfterReconnectMs: 0, ...options },
      )
      cleanups.push(() => created.stop())
      return created
    },
    async receiver(
      answer?: (text: string | undefined, index: number) => WebhookAnswer | Promise<WebhookAnswer>,
    ): Promise<WebhookReceiver> {
      const started = await startWebhookReceiver(answer && ((call, index) => answer(call.text, index)))
      cleanups.push(() => started.close())
      return started
    },
    /** An app that hears one conversation. */
    async listeningApp(url: string, metadata: object = {}): Promise<ListeningApp> {
      const endpoint = await addEndpoint(database.pool, url)
      const conversation = await addConversation(database.pool)
      const subscription = await subscribe(database.pool, endpoint, conversation.supplierId, metadata)
      return { ...endpoint, ...subscription, conversation }
    },
    drained: () => waitFor(async () => (await openDeliveries(database.pool)) === 0),
    /** Retries wait minutes; tests let the schedule run out at once instead. */
    makeDue: () =>
      database.pool.query('update delivery_queue set due_at = clock_timestamp() where due_at is not null'),
    async attemptsMade(): Promise<number> {
      const { rows } = await database.pool.query<{ count: number }>(
        `select (select count(*) from delivery_attempts)
           + (select coalesce(sum(json_array_length(attempt_log)), 0) from delivery_history) as count`,
      )
      return rows[0]!.count
    },
    async endpointRow(id: string) {
      const { rows } = await database.pool.query('select * from endpoints where id = $1', [id])
      return rows[0]
    },
  }
}
