import type pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  misplacedDeliveries,
  openDeliveries,
  send,
  subscribe,
  type TestConversation,
} from '../../testing/delivery-fixture.ts'
import { eventRendering } from '../../testing/event-rendering.ts'
import { startNode } from '../../testing/node-child.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { type ReceivedWebhook, startWebhookReceiver } from '../../testing/webhook-receiver.ts'
import { systemClock } from '../clock.ts'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createOutbound } from '../outbound/call-app.ts'
import { createDispatcher, type DispatcherOptions } from './dispatcher.ts'

const CHILD = new URL('../../testing/dispatcher-child.ts', import.meta.url).pathname
const log = { info() {}, warn() {}, error() {} }

/** Everything short, so that a lease can run out within a test. */
const FAST: Partial<DispatcherOptions> = {
  leaseMs: 2_000,
  deadlineMs: 500,
  startMarginMs: 800,
  claimEveryMs: 20,
  sweepEveryMs: 50,
  quietAfterReconnectMs: 0,
}

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function database() {
  const created = await createTestDatabase()
  cleanups.push(() => created.drop())
  return created
}

async function receiver(answer: Parameters<typeof startWebhookReceiver>[0]) {
  const started = await startWebhookReceiver(answer)
  cleanups.push(() => started.close())
  return started
}

function dispatcher(pool: pg.Pool, options: Partial<DispatcherOptions> = {}) {
  const outbound = createOutbound({
    guard: createAddressGuard({ allow: ['127.0.0.0/8'] }),
    clock: systemClock,
    log,
  })
  const created = createDispatcher(
    { rendering: eventRendering, pool, outbound, clock: systemClock, log },
    { ...FAST, ...options },
  )
  cleanups.push(async () => {
    await created.stop()
    await outbound.close()
  })
  return created
}

/** One app that hears some conversations of one supplier. */
async function listening(pool: pg.Pool, url: string, conversations: number): Promise<TestConversation[]> {
  const endpoint = await addEndpoint(pool, url)
  const first = await addConversation(pool)
  await subscribe(pool, endpoint, first.supplierId)
  const rest = Array.from({ length: conversations - 1 }, () => addConversation(pool, first.supplierId))
  return [first, ...(await Promise.all(rest))]
}

const drained = (pool: pg.Pool) =>
  waitFor(async () => (await openDeliveries(pool)) === 0, { timeoutMs: 25_000 })
const messageId = (call: ReceivedWebhook) => call.json.new_message?.id ?? ''
const conversationId = (call: ReceivedWebhook) => call.json.new_message?.conversation.id ?? ''

/** Each message's webhook-ids, which must be one alone. */
function webhookIds(received: readonly ReceivedWebhook[]): Map<string, Set<unknown>> {
  const ids = new Map<string, Set<unknown>>()
  for (const call of received) {
    const known = ids.get(messageId(call)) ?? new Set()
    ids.set(messageId(call), known.add(call.headers['webhook-id']))
  }
  return ids
}

/** In each conversation messages are first heard in the order in which they were sent (their texts count up). */
function expectOrder(received: readonly ReceivedWebhook[]): void {
  const last = new Map<string, number>()
  const seen = new Set<string>()
  for (const call of received) {
    if (seen.has(messageId(call))) continue
    seen.add(messageId(call))
    const place = Number(call.text)
    expect(place).toBe((last.get(conversationId(call)) ?? -1) + 1)
    last.set(conversationId(call), place)
  }
}

test('kill -9 of the node that delivers loses nothing: another finishes all, in order, with the same ids', async () => {
  const { pool, url } = await database()
  const app = await receiver(() => 200)
  const conversations = await listening(pool, app.url, 20)
  const PER_CONVERSATION = 15
  for (const conversation of conversations) {
    await send(
      pool,
      conversation,
      Array.from({ length: PER_CONVERSATION }, (_, i) => String(i)),
    )
  }
  const node = startNode(CHILD, { url, options: FAST })
  cleanups.push(() => node.kill())
  await node.next()
  await waitFor(() => app.received.length >= 40)
  await node.kill()
  const { rows } = await pool.query(
    'select count(*)::int as held from delivery_queue where lease_until is not null',
  )
  expect(await openDeliveries(pool)).toBeGreaterThan(0)

  const heir = startNode(CHILD, { url, options: FAST })
  cleanups.push(() => heir.kill())
  await heir.next()
  await drained(pool)
  const all = conversations.length * PER_CONVERSATION
  const ids = webhookIds(app.received)
  expect(ids.size).toBe(all)
  expect([...ids.values()].every((known) => known.size === 1)).toBe(true)
  expect(app.received.length - all).toBeLessThanOrEqual(rows[0].held)
  expectOrder(app.received)
  const history = await pool.query(`select count(*)::int as count, count(distinct source_id)::int as messages
    from delivery_history where state = 'delivered'`)
  expect(history.rows).toEqual([{ count: all, messages: all }])
})

test('two nodes, failing calls and cut connections: nothing lost, nothing stuck, every lane in order', async () => {
  const { pool } = await database()
  // A message may fail at most twice, so that it never leaves its lane and the order is strict.
  const failures = new Map<string, number>()
  const app = await receiver((call) => {
    const failed = failures.get(messageId(call)) ?? 0
    if (failed >= 2 || Math.random() > 0.2) return 200
    failures.set(messageId(call), failed + 1)
    return 500
  })
  const conversations = await listening(pool, app.url, 6)
  for (let i = 0; i < 2; i++) dispatcher(pool).start()
  const PER_CONVERSATION = 30
  const sending = conversations.map(async (conversation) => {
    for (let i = 0; i < PER_CONVERSATION; i++) await send(pool, conversation, [String(i)])
  })
  await Promise.all(sending)
  const all = conversations.length * PER_CONVERSATION
  let cuts = 0
  // The one connection that is not cut.
  const watcher = await pool.connect()
  cleanups.push(() => watcher.release(true))
  await waitFor(
    async () => {
      await watcher.query(
        'update delivery_queue set due_at = clock_timestamp() where due_at > clock_timestamp()',
      )
      await watcher.query(
        `update endpoints set paused_until = clock_timestamp() where paused_until > clock_timestamp()`,
      )
      if (cuts < 5 && webhookIds(app.received).size > (all * cuts) / 5) {
        cuts++
        await watcher.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`)
      }
      expect(await misplacedDeliveries(watcher)).toEqual([])
      return (await openDeliveries(watcher)) === 0
    },
    { timeoutMs: 25_000 },
  )
  const ids = webhookIds(app.received)
  expect(ids.size).toBe(all)
  expect([...ids.values()].every((known) => known.size === 1)).toBe(true)
  expectOrder(app.received)
  const { rows } = await pool.query(
    `select count(*)::int as count, count(distinct source_id)::int as messages, min(state) as state from delivery_history`,
  )
  expect(rows).toEqual([{ count: all, messages: all, state: 'delivered' }])
})

test('a lease that this node was given without hearing of it is found again when it has run out', async () => {
  const { pool } = await database()
  const app = await receiver(() => 200)
  const [conversation] = await listening(pool, app.url, 1)
  const running = dispatcher(pool)
  running.start()
  // The reply of the send is lost: nobody calls accept.
  const leases = await send(pool, conversation!, ['0'], {
    node: running.nodeId,
    leaseMs: 100,
    defaultFree: 1,
  })
  expect(leases).toHaveLength(1)
  await drained(pool)
  expect(app.received).toHaveLength(1)
  // And when it comes at last, it is of no consequence.
  running.accept(leases, systemClock.monotonic() - running.leaseSeconds * 1000)
  await waitFor(() => running.inFlight === 0)
  expect(app.received).toHaveLength(1)
})
