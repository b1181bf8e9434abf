import { expect, test } from 'vitest'
import { send } from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { WebhookAnswer } from '../../testing/webhook-receiver.ts'

const bed = useDispatcherBed()

test('an attempt that outlasts its lease keeps it: no other node takes the delivery', async () => {
  const answer = Promise.withResolvers<WebhookAnswer>()
  const app = await bed.receiver(() => answer.promise)
  const { conversation } = await bed.listeningApp(app.url)
  const short = { leaseMs: 1_000, startMarginMs: 500, sweepEveryMs: 20, renewEveryMs: 50 }
  bed.dispatcher(short).start()
  await send(bed.pool, conversation, ['slow'])
  await waitFor(() => app.received.length === 1)
  bed.dispatcher(short).start()

  const lease = async () => {
    const { rows } = await bed.pool.query('select lease_until, lease_number, reaps from delivery_queue')
    return rows[0]
  }
  const first = await lease()
  await waitFor(async () => Date.now() > first.lease_until.getTime() + 500)
  expect(await lease()).toMatchObject({ lease_number: first.lease_number, reaps: 0 })
  answer.resolve(200)
  await bed.drained()
  expect(app.received).toHaveLength(1)
})
