import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  addRevocationEvent,
  revokeGrant,
  send,
  subscribe,
} from '../../testing/delivery-fixture.ts'
import { ANY_SLOTS } from '../../testing/queue-bed.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { released } from './attempt.ts'
import { webhookId } from './delivery-id.ts'
import type { LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'
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
  const [delivery] = await store.claim({ ...ANY_SLOTS, defaultFree: 1 }, 1)
  return delivery!
}

async function end(delivery: LeasedDelivery, kind: LeaseOutcome['kind'], status = 200): Promise<number> {
  const attempt = {
    attempt: delivery.attempts + 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 12,
    outcome: 'delivered' as const,
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
    reason: kind === 'dead' ? ('status_422' as const) : null,
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
    const { acceptedAt } = first
    expect({ ...replay, deliveryId, acceptedAt }).toEqual({ ...first, replay: true })
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

  test('what was cancelled is refused for the reason that it has', async () => {
    const { appId, conversation } = await listening()
    await send(database.pool, conversation, ['one'])
    const deliveryId = await end(await claimOne(), 'cancelled')
    await database.pool.query(`update delivery_history set reason = 'replay_cancelled' where id = $1`, [
      deliveryId,
    ])
    await expect(resendDelivery(db, { appId, deliveryId })).rejects.toMatchObject({
      reason: 'DELIVERY_CANCELLED',
      message: expect.stringContaining('(replay_cancelled)'),
    })
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
