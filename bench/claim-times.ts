import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import { released } from '../packages/server/src/delivery/attempt.ts'
import type { LeasedDelivery, LeaseOutcome } from '../packages/server/src/delivery/leased-delivery.ts'
import { createDeliveryStore } from '../packages/server/src/delivery/store.ts'
import { newId } from '../packages/server/src/ids.ts'

const EVERY_MS = 20
const MOST_CLAIMED = 256
const EVERY_SLOT_FREE = {
  endpoints: [],
  free: [],
  freeReplays: [],
  defaultFree: 50,
  defaultConcurrency: 50,
  nodes: 1,
  room: 1_000,
}

export interface ClaimTimes {
  /** Milliseconds of each claim that found something. */
  times: number[]
  deliveries: number
}

/** Claims as a node does, and writes each delivery as delivered without a call, until `traffic` has ended. */
export async function claimDuring(pool: Pool, traffic: Promise<unknown>): Promise<ClaimTimes> {
  const store = createDeliveryStore({
    pool,
    node: newId(),
    leaseMs: 30_000,
    monotonic: () => performance.now(),
  })
  const result: ClaimTimes = { times: [], deliveries: 0 }
  let ended = false
  const end = traffic.then(() => {
    ended = true
  })
  for (;;) {
    const last = ended
    const startedAt = performance.now()
    const claimed = await store.claim(EVERY_SLOT_FREE, MOST_CLAIMED)
    const ms = performance.now() - startedAt
    if (claimed.length > 0) {
      result.times.push(ms)
      result.deliveries += claimed.length
      await store.finish(claimed.map(delivered), () => false)
    } else if (last) {
      await end
      return result
    }
    await delay(EVERY_MS)
  }
}

const delivered = (delivery: LeasedDelivery): LeaseOutcome => ({
  ...released(delivery),
  kind: 'delivered',
  attempt: {
    attempt: delivery.attempts + 1,
    startedAt: new Date().toISOString(),
    durationMs: 1,
    outcome: 'delivered',
    status: 200,
    error: null,
    requestHeaders: {},
    answerHeaders: null,
    answerBody: null,
  },
})
