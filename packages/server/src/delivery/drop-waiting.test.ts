import { expect, test } from 'vitest'
import { addConversation, misplacedDeliveries, send } from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'

const bed = useDispatcherBed()

async function states(endpointId: string) {
  const { rows } = await bed.pool.query<{ state: string; reason: string | null; count: number }>(
    `select state, reason, count(*) from delivery_history where endpoint_id = $1 group by 1, 2 order by 1`,
    [endpointId],
  )
  return rows
}

test.each([null, 1])(
  'what waited before its owner dropped it ends dead without a call, whatever the rate (%s); what came after goes out',
  async (rate) => {
    const app = await bed.receiver()
    const { conversation, endpointId } = await bed.listeningApp(app.url)
    await bed.pool.query(
      `update endpoints set state = 'disabled', disabled_reason = 'answered_410_gone', rate_per_second = $2
       where id = $1`,
      [endpointId, rate],
    )
    const others = [1, 2, 3].map(() => addConversation(bed.pool, conversation.supplierId))
    const conversations = [conversation, ...(await Promise.all(others))]
    for (const each of conversations) {
      await send(
        bed.pool,
        each,
        Array.from({ length: 40 }, () => 'old'),
      )
    }
    await bed.pool.query(
      `update endpoints set state = 'enabled', skip_before = clock_timestamp(), revision = revision + 1 where id = $1`,
      [endpointId],
    )
    await send(bed.pool, conversation, ['new'])
    bed.dispatcher().start()
    await bed.drained()
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
    expect(app.received.map(({ text }) => text)).toEqual(['new'])
    expect(await states(endpointId)).toEqual([
      { state: 'dead', reason: 'dropped_on_reenabling', count: 160 },
      { state: 'delivered', reason: null, count: 1 },
    ])
  },
)
