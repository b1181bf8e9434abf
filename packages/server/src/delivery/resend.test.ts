import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  addRevocationEvent,
  revokeGrant,
  send,
  subscribe,
} from '../../testing/delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { released } from './attempt.ts'
import { webhookId } from './delivery-id.ts'
import type { LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'
import { findDelivery, listDeliveries } from './list-deliveries.ts'
import { resendDelivery } from './resend.ts'
import { createDeliveryStore, type DeliveryStore } from './store.ts'

let database: TestDatabase
let db: Database
let store: DeliveryStore

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
  store = createDeliveryStore({ pool: database.pool, node: newId(), leaseMs: 30_000, monotonic: () => 0 })
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('truncate delivery_queue, delivery_history, delivery_attempts'))

async function listening() {
  const endpoint = await addEndpoint(database.pool, 'http://127.0.0.1:9/hook')
  const conversation = await addConversation(database.pool)
  const subscription = await subscribe(database.pool, endpoint, conversation.supplierId, { ref: 1 })
  return { ...endpoint, ...subscription, conversation }
}

async function claimOne(): Promise<LeasedDelivery> {
  const [delivery] = await store.claim({ endpoints: [], free: [], defaultFree: 1 }, 1)
  return delivery!
}

async function end(delivery: LeasedDelivery, kind: LeaseOutcome['kind'], status = 200): Promise<number> {
  const attempt = {
    startedAt: Date.UTC(2026, 0, 1),
    durationMs: 12,
    status,
    error: null,
    requestHeaders: { authorization: '***' },
    answerHeaders: { server: 'test' },
    answerBody: 'thanks',
  }
  const outcome = {
    ...released(delivery),
    kind,
    delayMs: 60_000,
    reason: kind === 'dead' ? `status_${status}` : null,
  }
  await store.finish([{ ...outcome, attempt: kind === 'cancelled' ? null : attempt }], () => false)
  return delivery.deliveryId
}

describe('resending', () => {
  test('a dead delivery goes out again by itself, with the same webhook-id and body', async () => {
    const { appId, conversation } = await listening()
    await send(database.pool, conversation, ['one', 'two'])
    const first = await claimOne()
    const deliveryId = await end(first, 'dead', 422)
    const again = await resendDelivery(db, { appId, deliveryId })
    expect(again).not.toBe(deliveryId)
    const claimed = [await claimOne(), await claimOne()]
    const replay = claimed.find((delivery) => delivery.deliveryId === again)!
    expect({ ...replay, deliveryId, endpointId: first.endpointId }).toEqual(first)
    expect(webhookId(replay.sourceId, replay.subscriptionId)).toBe(
      webhookId(first.sourceId, first.subscriptionId),
    )
  })

  test('a delivered one may be sent again, as often as one likes', async () => {
    const { appId, conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    const deliveryId = await end(await claimOne(), 'delivered')
    await resendDelivery(db, { appId, deliveryId })
    const replayed = await end(await claimOne(), 'delivered')
    expect(await resendDelivery(db, { appId, deliveryId: replayed })).toBeGreaterThan(replayed)
  })

  test('an event that rests on no grant may be sent again', async () => {
    const app = await listening()
    await addRevocationEvent(database.pool, app, 'user')
    const deliveryId = await end(await claimOne(), 'dead', 400)
    expect(await resendDelivery(db, { appId: app.appId, deliveryId })).toBeGreaterThan(deliveryId)
  })

  test('what consent no longer covers is refused, cancelled or not', async () => {
    const { appId, grantId, conversation } = await listening()
    await send(database.pool, conversation, ['one', 'two'])
    const delivered = await end(await claimOne(), 'delivered')
    await revokeGrant(database.pool, grantId)
    const cancelled = await end(await claimOne(), 'cancelled')
    for (const deliveryId of [delivered, cancelled]) {
      await expect(resendDelivery(db, { appId, deliveryId })).rejects.toMatchObject({
        codeName: 'FAILED_PRECONDITION',
        reason: 'GRANT_REVOKED',
        message: expect.stringContaining('consent'),
      })
    }
  })

  test('what is still under way is refused', async () => {
    const { appId, conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    const deliveryId = await end(await claimOne(), 'retry', 500)
    await expect(resendDelivery(db, { appId, deliveryId })).rejects.toMatchObject({
      reason: 'DELIVERY_NOT_FINISHED',
    })
  })

  test('nothing is queued for an endpoint that is disabled', async () => {
    const { appId, endpointId, conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    const deliveryId = await end(await claimOne(), 'delivered')
    await database.pool.query(`update endpoints set state = 'disabled' where id = $1`, [endpointId])
    await expect(resendDelivery(db, { appId, deliveryId })).rejects.toMatchObject({
      reason: 'ENDPOINT_DISABLED',
    })
  })

  test("another app's delivery is as unknown as one that never was", async () => {
    const { conversation } = await listening()
    const other = await listening()
    await send(database.pool, conversation, ['one'])
    const deliveryId = await end(await claimOne(), 'delivered')
    for (const id of [deliveryId, deliveryId + 1000]) {
      await expect(resendDelivery(db, { appId: other.appId, deliveryId: id })).rejects.toMatchObject({
        codeName: 'NOT_FOUND',
      })
    }
  })
})

describe('the list of deliveries', () => {
  test('shows open and finished ones newest first, with every attempt and the exact body', async () => {
    const { appId, subscriptionId, conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    await send(database.pool, conversation, ['two'])
    const first = await claimOne()
    await end(first, 'delivered')
    await end(await claimOne(), 'retry', 503)
    const { deliveries, nextCursor } = await listDeliveries(db, { appId, limit: 10 })
    expect(nextCursor).toBeNull()
    expect(deliveries).toMatchObject([
      {
        eventType: 'NEW_MESSAGE',
        state: 'pending',
        attemptsMade: 1,
        finishedAt: null,
        nextAttemptAt: expect.any(Date),
        attempts: [{ attempt: 1, outcome: 'retry', status: 503 }],
      },
      {
        id: first.deliveryId,
        webhookId: webhookId(first.sourceId, subscriptionId),
        state: 'delivered',
        reason: null,
        replay: false,
        conversationId: conversation.conversationId,
        attemptsMade: 1,
        createdAt: expect.any(Date),
        finishedAt: expect.any(Date),
        nextAttemptAt: null,
        attempts: [
          {
            attempt: 1,
            startedAt: expect.stringContaining('2026-01-01'),
            durationMs: 12,
            outcome: 'delivered',
            status: 200,
            error: null,
            requestHeaders: { authorization: '***' },
            answerHeaders: { server: 'test' },
            answerBody: 'thanks',
          },
        ],
      },
    ])
    expect(JSON.parse(deliveries[1]?.requestBody ?? '')).toMatchObject({
      metadata: { ref: 1 },
      new_message: { text: 'one' },
    })
    expect(await findDelivery(db, { appId, deliveryId: first.deliveryId })).toEqual(deliveries[1])
  })

  test('goes page by page without gap or double, whatever is finished', async () => {
    const { appId, conversation } = await listening()
    for (let i = 0; i < 7; i++) await send(database.pool, conversation, [String(i)])
    for (let i = 0; i < 3; i++) await end(await claimOne(), 'delivered')
    const seen: number[] = []
    let cursor: number | undefined
    do {
      const page = await listDeliveries(db, { appId, limit: 2, cursor })
      seen.push(...page.deliveries.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toHaveLength(7)
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a))
  })

  test('is filtered by state, and holds only what is the app’s own', async () => {
    const { appId, conversation } = await listening()
    const other = await listening()
    await send(database.pool, conversation, ['one', 'two', 'three'])
    await end(await claimOne(), 'delivered')
    await end(await claimOne(), 'dead', 422)
    const states = async (state: 'pending' | 'delivered' | 'dead' | 'cancelled') =>
      (await listDeliveries(db, { appId, limit: 10, state })).deliveries.map((delivery) => delivery.state)
    expect(await states('pending')).toEqual(['pending'])
    expect(await states('delivered')).toEqual(['delivered'])
    expect(await states('dead')).toEqual(['dead'])
    expect(await states('cancelled')).toEqual([])
    const { deliveries } = await listDeliveries(db, { appId, limit: 1 })
    expect((await listDeliveries(db, { appId: other.appId, limit: 10 })).deliveries).toEqual([])
    expect(await findDelivery(db, { appId: other.appId, deliveryId: deliveries[0]!.id })).toBeUndefined()
  })
})
