import { expect, test } from 'vitest'
import { finishedDeliveries, send } from '../../testing/delivery-fixture.ts'
import { outcome, useQueueBed } from '../../testing/queue-bed.ts'

const bed = useQueueBed()
const { listening, claimOne, finish } = bed

const KEPT = 50

test('an app that asks for time for days has its last attempts kept, and every one counted', async () => {
  const { conversation, endpointId } = await listening()
  await send(bed.pool, conversation, ['a'])
  // What a second between two attempts comes to in half a day.
  const before = 40_000
  await bed.pool.query('update delivery_queue set attempts = $1', [before])
  for (let i = 0; i < KEPT + 3; i++) await finish([outcome(await claimOne(), 'postponed')])
  const { rows } = await bed.pool.query('select attempt from delivery_attempts order by attempt')
  expect(rows.map(({ attempt }) => attempt)).toEqual(Array.from({ length: KEPT }, (_, i) => before + 4 + i))

  await finish([outcome(await claimOne(), 'delivered')])
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([{ attempts: before + KEPT + 4 }])
  const log = await bed.pool.query(
    `select json_array_length(attempt_log) as length, attempt_log->0->>'attempt' as first from delivery_history`,
  )
  expect(log.rows).toEqual([{ length: KEPT + 1, first: String(before + 4) }])
  expect((await bed.pool.query('select 1 from delivery_attempts')).rows).toEqual([])
})
