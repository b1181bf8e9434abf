import { expect, test } from 'vitest'
import { misplacedDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { PATIENCE, useFaultBed } from './fault-bed.ts'
import { send } from './fault-market.ts'

const bed = useFaultBed()

test('a message sent at the moment in which its lane empties is not left waiting behind nothing', async () => {
  const { app, pool } = bed
  app.behave(() => 'ok')
  const market = await bed.openMarket(1)
  const [delivering, accepting] = await bed.nodes(2)
  const conversation = market.conversations[0]!
  const endpoint = market.apps[0]!.endpointId
  const holder = await pool.connect()
  try {
    // An endpoint's first success is noted in its row, last of all: the outcome waits there, its lane already empty.
    await holder.query('begin')
    await holder.query('select from endpoints where id = $1 for update', [endpoint])
    const one = await send(delivering!, conversation, 'one')
    await waitFor(() => waitingForLocks('finish_deliveries'), PATIENCE)
    const sending = send(accepting!, conversation, 'two', { key: 'two' })
    // Either it waits for the outcome, or it is stored beside it.
    await waitFor(async () => (await waitingForLocks('send_messages')) || (await stored(2)), PATIENCE)
    await holder.query('commit')
    const two = (await sending) ?? (await send(accepting!, conversation, 'two', { key: 'two' }))
    expect(await misplacedDeliveries(pool)).toEqual([])
    await bed.drained()
    await bed.expectPromisesKept({ market, accepted: [one!, two!], heldAtFaults: 0 })
  } finally {
    holder.release(true)
  }
})

async function waitingForLocks(statement: string): Promise<boolean> {
  const { rows } = await bed.pool.query(
    `select 1 from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
    [`%${statement}(%`],
  )
  return rows.length > 0
}

async function stored(messages: number): Promise<boolean> {
  const { rows } = await bed.pool.query('select count(*)::int as count from messages')
  return rows[0].count >= messages
}
