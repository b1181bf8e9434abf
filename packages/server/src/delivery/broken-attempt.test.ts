import { expect, test } from 'vitest'
import { finishedDeliveries, send } from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'

const bed = useDispatcherBed()

function fault(): never {
  throw new Error('a fault of our own')
}

test('an attempt that breaks off by a fault of ours counts as one, instead of being made again at once for ever', async () => {
  const app = await bed.receiver()
  const { conversation } = await bed.listeningApp(app.url)
  await send(bed.pool, conversation, ['a'])
  bed.dispatcher({}, { trace: { begin: fault } }).start()
  await waitFor(async () => (await bed.attemptsMade()) === 1)
  const { rows } = await bed.pool.query(
    `select q.failures, q.due_at > clock_timestamp() as later, a.record->>'error' as error
     from delivery_queue q join delivery_attempts a on a.delivery_id = q.id`,
  )
  expect(rows).toEqual([{ failures: 1, later: true, error: expect.stringContaining('fault of the server') }])
})

test('whoever fails to take note of an attempt does not change its outcome', async () => {
  const app = await bed.receiver()
  const { conversation, endpointId } = await bed.listeningApp(app.url)
  await send(bed.pool, conversation, ['a'])
  bed.dispatcher({}, { onAttempt: fault }).start()
  await bed.drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([{ state: 'delivered', attempts: 1 }])
  expect(app.received).toHaveLength(1)
})
