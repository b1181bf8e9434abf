import { expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  finishedDeliveries,
  send,
  subscribe,
} from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { WebhookAnswer } from '../../testing/webhook-receiver.ts'

const bed = useDispatcherBed()
const { dispatcher, receiver, listeningApp, drained, makeDue, attemptsMade, endpointRow } = bed

test('one hanging endpoint does not slow another', async () => {
  const hanging = await receiver(() => 'hang')
  const healthy = await receiver()
  const stuck = await addEndpoint(bed.pool, hanging.url)
  const first = await addConversation(bed.pool)
  await subscribe(bed.pool, stuck, first.supplierId)
  for (let i = 0; i < 20; i++) {
    await send(bed.pool, await addConversation(bed.pool, first.supplierId), ['lost in thought'])
  }
  const well = await listeningApp(healthy.url)
  const running = dispatcher({ graceMs: 0 })
  running.start()
  await waitFor(() => hanging.received.length === 5)
  await send(bed.pool, well.conversation, ['one', 'two', 'three'])
  await waitFor(() => healthy.received.length === 3)
  // An endpoint that has not proved itself gets five attempts at once, however much waits for it.
  expect(hanging.received).toHaveLength(5)
})

test('a conversation without end does not keep the slot of its endpoint from the others', async () => {
  const app = await receiver()
  const { conversation, endpointId } = await listeningApp(app.url)
  await bed.pool.query('update endpoints set concurrency = 1 where id = $1', [endpointId])
  const other = await addConversation(bed.pool, conversation.supplierId)
  await send(bed.pool, conversation, Array(40).fill('and another thing'))
  await send(bed.pool, other, ['hello'])
  dispatcher().start()
  await drained()
  expect(app.received).toHaveLength(41)
  expect(app.received.findIndex(({ text }) => text === 'hello')).toBeLessThanOrEqual(10)
})

test('an endpoint that fails again and again is left alone by the breaker, then probed by one delivery alone', async () => {
  let broken = true
  const probe = Promise.withResolvers<WebhookAnswer>()
  let calls = 0
  const app = await receiver(() => {
    calls++
    if (broken) return 500
    return calls > 11 ? 200 : probe.promise
  })
  const endpoint = await addEndpoint(bed.pool, app.url)
  const first = await addConversation(bed.pool)
  await subscribe(bed.pool, endpoint, first.supplierId)
  const others = await Promise.all(
    Array.from({ length: 9 }, () => addConversation(bed.pool, first.supplierId)),
  )
  for (const conversation of [first, ...others]) await send(bed.pool, conversation, ['hello'])
  dispatcher().start()
  await waitFor(async () => (await endpointRow(endpoint.endpointId)).breaker_trips === 1)
  expect(calls).toBe(10)
  broken = false
  await makeDue()
  await bed.pool.query('update endpoints set paused_until = clock_timestamp() where id = $1', [
    endpoint.endpointId,
  ])
  await waitFor(() => calls === 11)
  const { rows } = await bed.pool.query('select count(*) from delivery_queue where lease_until is not null')
  expect(rows[0].count).toBe(1)
  probe.resolve(200)
  await drained()
  expect(await endpointRow(endpoint.endpointId)).toMatchObject({
    breaker_trips: 0,
    failure_streak: 0,
    first_failure_at: null,
    paused_until: -Infinity,
  })
})

test('a backlog is held and drained: nothing is dropped, and what waited was not attempted in vain', async () => {
  let down = true
  const app = await receiver(() => (down ? 503 : 200))
  const { conversation, endpointId } = await listeningApp(app.url)
  const conversations = [conversation]
  for (let i = 1; i < 20; i++) conversations.push(await addConversation(bed.pool, conversation.supplierId))
  dispatcher().start()
  for (const each of conversations) await send(bed.pool, each, ['one', 'two', 'three'])
  await waitFor(async () => (await endpointRow(endpointId)).breaker_trips > 0)
  const { rows } = await bed.pool.query(
    'select count(*) as open, sum(attempts) as attempts from delivery_queue',
  )
  expect(rows[0].open).toBe(60)
  // The breaker opens at the tenth failure; what was under way then, or is the first of a break's end, comes on top.
  expect(Number(rows[0].attempts)).toBeLessThan(20)
  down = false
  await makeDue()
  await bed.pool.query('update endpoints set paused_until = clock_timestamp() where id = $1', [endpointId])
  await drained()
  const finished = await finishedDeliveries(bed.pool, endpointId)
  expect(finished).toHaveLength(60)
  expect(finished.every(({ state }) => state === 'delivered')).toBe(true)
})

test('an endpoint is disabled when it has failed for five days, and not because it was idle or failed once', async () => {
  const app = await receiver(() => 500)
  const idle = await listeningApp(app.url)
  const failing = await listeningApp(app.url)
  await bed.pool.query(
    `update endpoints set failure_streak = case when id = $1 then 12 else 0 end,
       first_failure_at = case when id = $1 then now() - interval '5 days 1 second' end,
       last_success_at = now() - interval '30 days' where id in ($1, $2)`,
    [failing.endpointId, idle.endpointId],
  )
  dispatcher().start()
  await send(bed.pool, idle.conversation, ['a'])
  await send(bed.pool, failing.conversation, ['b'])
  await waitFor(async () => (await attemptsMade()) === 2)
  expect(await endpointRow(failing.endpointId)).toMatchObject({
    state: 'disabled',
    disabled_reason: 'failing_for_five_days',
  })
  expect(await endpointRow(idle.endpointId)).toMatchObject({ state: 'enabled', failure_streak: 1 })
})
