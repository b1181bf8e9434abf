import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'

const LONGEST_MS = 30_000

/**
 * Waits until no more is open than waits on purpose, then demands that the rows are as many as was accepted, and each
 * delivered once.
 */
export async function requireAllDelivered(
  pool: Pool,
  { messages, deliveries, waiting = 0 }: { messages: number; deliveries: number; waiting?: number },
): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_MS
  const open = async (): Promise<number> =>
    Number((await pool.query('select count(*) as n from delivery_queue')).rows[0].n)
  while ((await open()) > waiting && performance.now() < giveUpAt) await delay(100)
  const { rows } = await pool.query(
    `select (select count(*) from messages) as messages, (select count(*) from delivery_queue) as open,
       count(*) as finished, count(*) filter (where state = 'delivered') as delivered,
       count(distinct (source_id, subscription_id)) as pairs
     from delivery_history`,
  )
  const [found] = rows
  console.log(`accepted ${messages} messages; rows: ${JSON.stringify(found)}`)
  const complete =
    Number(found.messages) === messages &&
    Number(found.open) === waiting &&
    [found.finished, found.delivered, found.pairs].every((count) => Number(count) === deliveries)
  if (!complete) throw new Error(`${deliveries} deliveries were accepted; the rows say otherwise`)
}
