import { RETRY_SCHEDULE } from '@charsu/protocol/delivery-schedule'
import { expect, test } from 'vitest'
import {
  addConversation,
  finishedDeliveries,
  misplacedDeliveries,
  send,
} from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { JITTER } from './next-step.ts'

const bed = useDispatcherBed()
const { dispatcher, receiver, listeningApp, drained, makeDue, attemptsMade, endpointRow } = bed

test('a retry carries the same webhook-id and the same bytes, and says which attempt it is', async () => {
  const app = await receiver((_text, index) => (index === 0 ? 503 : 200))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['again'])
  await waitFor(async () => (await attemptsMade()) === 1)
  const { rows } = await bed.pool.query(
    `select attempts, failures, due_at - clock_timestamp() between interval '3 seconds' and interval '5 seconds' as scheduled
     from delivery_queue`,
  )
  expect(rows).toEqual([{ attempts: 1, failures: 1, scheduled: true }])
  await makeDue()
  await drained()
  const [first, second] = app.received
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  expect(second?.body).toBe(first?.body)
  expect(second?.headers['charsu-attempt']).toBe('2')
})

test('what fails is tried twelve times, after the waits of the schedule, and is then dead with every attempt kept', async () => {
  const app = await receiver(() => 500)
  const { conversation, endpointId } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['in vain'])
  for (const [i, waitMs] of RETRY_SCHEDULE.entries()) {
    await waitFor(async () => (await attemptsMade()) === i + 1)
    const { rows } = await bed.pool.query(
      `select extract(epoch from q.due_at - (a.record->>'startedAt')::timestamptz)::float * 1000 as waits
       from delivery_queue q join delivery_attempts a on a.delivery_id = q.id and a.attempt = q.attempts`,
    )
    // The bed leaves no chance in the schedule; what comes on top is the time that the attempt took.
    expect(rows[0].waits).toBeGreaterThanOrEqual(waitMs)
    expect(rows[0].waits).toBeLessThan(waitMs * (1 + JITTER) + 10_000)
    await makeDue()
    await bed.pool.query(`update endpoints set paused_until = '-infinity' where id = $1`, [endpointId])
  }
  await drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
    { state: 'dead', reason: 'attempts_exhausted', attempts: 12 },
  ])
  const { rows } = await bed.pool.query('select attempt_log from delivery_history')
  expect(rows[0].attempt_log.map(({ attempt }: { attempt: number }) => attempt)).toEqual(
    Array.from({ length: 12 }, (_, i) => i + 1),
  )
})

test('a redirect is not followed, and counts as a failure', async () => {
  const elsewhere = await receiver()
  const app = await receiver(() => ({ status: 307, headers: { location: elsewhere.url } }))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['moved'])
  await waitFor(async () => (await attemptsMade()) === 1)
  const { rows } = await bed.pool.query(
    'select failures, due_at > clock_timestamp() as waits from delivery_queue',
  )
  expect(rows).toEqual([{ failures: 1, waits: true }])
  expect(elsewhere.received).toEqual([])
})

test('a status that will never change ends the delivery at once, kept with its reason', async () => {
  const app = await receiver((text) => (text === 'refused' ? 422 : 200))
  const { conversation, endpointId } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['refused', 'welcome'])
  await drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
    { state: 'dead', reason: 'status_422', attempts: 1 },
    { state: 'delivered', attempts: 1 },
  ])
})

test('Retry-After pauses the whole endpoint, costs no attempt, and ends with one probe', async () => {
  let busy = true
  const app = await receiver(() => (busy ? { status: 429, headers: { 'retry-after': '3600' } } : 200))
  const { conversation, endpointId } = await listeningApp(app.url)
  const second = await addConversation(bed.pool, conversation.supplierId)
  dispatcher().start()
  await send(bed.pool, conversation, ['one'])
  await waitFor(async () => (await endpointRow(endpointId)).paused_until > new Date())
  await send(bed.pool, second, ['two'])
  await makeDue()
  const { rows } = await bed.pool.query('select attempts, failures from delivery_queue order by id')
  expect(rows).toEqual([
    { attempts: 1, failures: 0 },
    { attempts: 0, failures: 0 },
  ])
  expect(app.received).toHaveLength(1)
  busy = false
  await bed.pool.query('update endpoints set paused_until = clock_timestamp() where id = $1', [endpointId])
  await drained()
  expect((await endpointRow(endpointId)).paused_until).toBe(-Infinity)
  expect(app.received).toHaveLength(3)
})

test('410 disables the endpoint at once; what waits for it is kept and goes out when it is enabled again', async () => {
  const app = await receiver((_text, index) => (index === 0 ? 410 : 200))
  const { conversation, endpointId } = await listeningApp(app.url)
  const other = await listeningApp((await receiver()).url)
  dispatcher().start()
  await send(bed.pool, conversation, ['one'])
  await waitFor(async () => (await endpointRow(endpointId)).state === 'disabled')
  expect(await endpointRow(endpointId)).toMatchObject({ disabled_reason: 'answered_410_gone', revision: 2 })
  await makeDue()
  await send(bed.pool, conversation, ['two'])
  await send(bed.pool, other.conversation, ['passing by'])
  await waitFor(async () => (await finishedDeliveries(bed.pool, other.endpointId)).length === 1)
  expect(app.received).toHaveLength(1)
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
  await bed.pool.query(`update endpoints set state = 'enabled', revision = revision + 1 where id = $1`, [
    endpointId,
  ])
  await drained()
  expect(app.received.map(({ text }) => text)).toEqual(['one', 'one', 'two'])
})
