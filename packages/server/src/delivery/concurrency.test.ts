import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  send,
  subscribe,
  type TestConversation,
} from '../../testing/delivery-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../testing/webhook-receiver.ts'

let node: TestServer
let app: WebhookReceiver
let answer: PromiseWithResolvers<WebhookAnswer>

beforeEach(async () => {
  node = await startTestServer({ config: { endpointConcurrency: 2 } })
  answer = Promise.withResolvers()
  app = await startWebhookReceiver(() => answer.promise)
})
afterEach(async () => {
  answer.resolve(200)
  await node.close()
  await app.close()
})

/** Several conversations of one seller, so that no lane holds another back. */
async function conversations(count: number, concurrency: number | null): Promise<TestConversation[]> {
  const { pool } = node.database
  const endpoint = await addEndpoint(pool, app.url)
  await pool.query('update endpoints set concurrency = $2 where id = $1', [endpoint.endpointId, concurrency])
  const first = await addConversation(pool)
  await subscribe(pool, endpoint, first.supplierId)
  const others = Array.from({ length: count - 1 }, () => addConversation(pool, first.supplierId))
  return [first, ...(await Promise.all(others))]
}

const leases = async (): Promise<number> => {
  const { rows } = await node.database.pool.query(
    'select count(*)::integer as count from delivery_queue where lease_until is not null',
  )
  return rows[0].count
}

/** Until a claim has come and gone that could have taken more. */
async function claimed(): Promise<void> {
  const since = await node.database.pool.query('select clock_timestamp() as now')
  await waitFor(async () => {
    const { rows } = await node.database.pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and state = 'idle'
         and query like '%claim_deliveries%' and query_start > $1`,
      [since.rows[0].now],
    )
    return rows.length > 0
  })
}

test.each([
  ['the operator’s default', null, 2],
  ['what the endpoint sets itself', 3, 3],
])('no more attempts at once for one endpoint than %s', async (_, own, most) => {
  for (const conversation of await conversations(6, own))
    await send(node.database.pool, conversation, ['hello'])
  await waitFor(() => app.received.length === most)
  await claimed()
  await claimed()
  expect(await leases()).toBe(most)
  expect(app.received).toHaveLength(most)
})
