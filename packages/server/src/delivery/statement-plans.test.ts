import { expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  send,
  subscribe,
  type TestConversation,
} from '../../testing/delivery-fixture.ts'
import { ANY_SLOTS, outcome, storeOn } from '../../testing/queue-bed.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import type { LeasedDelivery } from './leased-delivery.ts'

test('statements planned while the queue was empty read only what they need when it is long', async () => {
  await using fresh = await createTestDatabase({ max: 2 })
  const client = await fresh.pool.connect()
  const own = storeOn(client)
  const setUp = async (url: string) => {
    const endpoint = await addEndpoint(client, url)
    const conversation = await addConversation(client)
    await subscribe(client, endpoint, conversation.supplierId)
    return { ...endpoint, conversation }
  }
  const live = await setUp('http://127.0.0.1:9/a')
  const dead = await setUp('http://127.0.0.1:9/b')
  // As a fresh node does: every statement once, on this very connection.
  await send(client, live.conversation, ['first'])
  await own.sweep()
  const [first] = await own.claim(ANY_SLOTS, 256)
  await own.finish([outcome(first!, 'delivered')], () => true)

  const BATCH = 50
  const conversations: TestConversation[] = []
  for (let i = 0; i < BATCH; i++)
    conversations.push(await addConversation(client, live.conversation.supplierId))
  await client.query(`update endpoints set paused_until = now() + interval '1 hour' where id = $1`, [
    dead.endpointId,
  ])
  await client.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at)
     select $1, md5((i / 10)::text)::uuid, i, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(),
       case when i % 10 = 0 then clock_timestamp() end
     from generate_series(1, 100000) i`,
    [dead.endpointId],
  )
  // Between attempts, and under way on other nodes: beside what the claim and the sweep look for in the same indexes.
  await client.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at, lease_until)
     select $1, gen_random_uuid(), i, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(),
       case when i % 2 = 0 then clock_timestamp() + interval '1 hour' end,
       case when i % 2 = 1 then clock_timestamp() + interval '20 seconds' end
     from generate_series(1, 20000) i`,
    [live.endpointId],
  )
  for (const conversation of conversations) await send(client, conversation, ['waiting'])

  // The counters hold what the connection has not yet reported, so that only their difference means something.
  const counter = async (): Promise<number> => {
    const { rows } = await client.query<{ read: number }>(
      `select (seq_tup_read + idx_tup_fetch)::bigint as read from pg_stat_xact_user_tables
       where relname = 'delivery_queue'`,
    )
    return rows[0]?.read ?? 0
  }
  const rowsRead = async (run: () => Promise<unknown>): Promise<number> => {
    await client.query('begin')
    const before = await counter()
    await run()
    const read = (await counter()) - before
    await client.query('commit')
    return read
  }
  let claimed: LeasedDelivery[] = []
  const reads = {
    send: await rowsRead(() =>
      send(
        client,
        live.conversation,
        Array.from({ length: BATCH }, () => 'more'),
      ),
    ),
    claim: await rowsRead(async () => {
      claimed = await own.claim(ANY_SLOTS, BATCH)
    }),
    sweep: await rowsRead(() => own.sweep()),
    finish: await rowsRead(() =>
      own.finish(
        claimed.map((delivery) => outcome(delivery, 'delivered')),
        () => true,
      ),
    ),
  }
  client.release()
  expect(claimed).toHaveLength(BATCH)
  for (const read of Object.values(reads)) expect(read).toBeLessThanOrEqual(10 * BATCH)
})
