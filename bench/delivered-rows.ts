import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'

const LONGEST_MS = 30_000

/** Waits until nothing is open any more, then demands that each message was delivered once to each of its apps. */
export async function requireAllDelivered(
  pool: Pool,
  { messages, copies }: { messages: number; copies: number },
): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_MS
  const open = async (): Promise<number> =>
    Number((await pool.query('select count(*) as n from delivery_queue')).rows[0].n)
  while ((await open()) > 0 && performance.now() < giveUpAt) await delay(100)
  const { rows } = await pool.query(
    `select (select count(*) from messages) as messages, (select count(*) from delivery_queue) as open,
       count(*) as finished, count(*) filter (where state = 'delivered') as delivered,
       count(distinct (source_id, subscription_id)) as pairs
     from delivery_history`,
  )
  const [found] = rows
  console.log(`accepted ${messages} messages; rows: ${JSON.stringify(found)}`)
  const expected = messages * copies
  const complete =
    Number(found.messages) === messages &&
    Number(found.open) === 0 &&
    [found.finished, found.delivered, found.pairs].every((count) => Number(count) === expected)
  if (!complete) throw new Error(`${expected} deliveries were accepted; the rows say otherwise`)
}
