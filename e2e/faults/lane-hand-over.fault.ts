import { expect, test } from 'vitest'
import { finishedDeliveries, misplacedDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { chance, PATIENCE, useFaultBed } from './fault-bed.ts'
import { holdCommits } from './fault-database.ts'
import { type AcceptedMessage, send } from './fault-market.ts'

/** Two nodes at one conversation at the same moment: what random faults meet too seldom. */

const bed = useFaultBed()

test('a message sent while its lane is being emptied is not left waiting behind nothing', async () => {
  const { app, pool } = bed
  app.behave(() => 'ok')
  const market = await bed.openMarket(1)
  const [delivering, accepting] = await bed.nodes(2)
  const conversation = market.conversations[0]!
  const commits = await holdCommits(pool)
  try {
    const one = await send(delivering!, conversation, 'one')
    await waitFor(() => waitingForLocks('finish_deliveries'), PATIENCE)
    const sending = send(accepting!, conversation, 'two', { key: 'two' })
    // Either it waits for the outcome, or it is stored beside it.
    await waitFor(async () => (await waitingForLocks('send_messages')) || (await stored('two')), PATIENCE)
    await commits.release()
    const two = (await sending) ?? (await send(accepting!, conversation, 'two', { key: 'two' }))
    await waitFor(
      async () => (await finishedDeliveries(pool, market.apps[0]!.endpointId)).length > 0,
      PATIENCE,
    )
    expect(await misplacedDeliveries(pool)).toEqual([])
    await bed.drained()
    await bed.expectPromisesKept({ market, accepted: [one, two], heldAtFaults: 0 })
  } finally {
    await commits.release()
  }
})

test('two nodes that write into the same conversations refuse nothing, and no sequence has a gap', async () => {
  bed.app.behave(() => 'ok')
  const market = await bed.openMarket(3)
  const nodes = await bed.nodes(2)
  const writers = nodes.flatMap((node, writer) =>
    market.conversations.map((each) => ({ node, each, writer })),
  )
  const accepted = await Promise.all(
    writers.map(async ({ node, each, writer }) => {
      const sent: (AcceptedMessage | null)[] = []
      const messages = chance('messages', writer, each.buyer).between(30, 50)
      for (let i = 0; i < messages; i++) sent.push(await send(node, each, `${writer} ${i}`))
      return sent
    }),
  )
  await bed.drained()
  await bed.expectPromisesKept({ market, accepted: accepted.flat(), heldAtFaults: 0 })
})

async function waitingForLocks(statement: string): Promise<boolean> {
  const { rows } = await bed.pool.query(
    `select 1 from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
    [`%${statement}(%`],
  )
  return rows.length > 0
}

async function stored(text: string): Promise<boolean> {
  const { rows } = await bed.pool.query(`select 1 from messages where body->>'text' = $1`, [text])
  return rows.length > 0
}
