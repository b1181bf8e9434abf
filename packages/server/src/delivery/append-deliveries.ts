import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** A delivery of an event that is no message. */
export interface NewDelivery {
  endpointId: string
  /** What it keeps its order with: the id of the post or the person it is about. */
  lane: string
  /** The subscription, or the app for events that need none. */
  subscriptionId: string
  eventType: string
  /** The event fact. */
  factId: string
  /** Null for events that no revocation cancels. */
  grantId: string | null
  /** W3C trace context of the request that it comes from. */
  traceparent: string | null
}

/**
 * Queues deliveries, in the transaction of what happened: each lane goes out in the order given, behind what waits in
 * it already. The transaction holds the lock of what each lane is named after, and ends right after this.
 * @returns whether any is due now, so that whoever delivers may be woken after the commit.
 */
export async function appendDeliveries(tx: Tx, deliveries: readonly NewDelivery[]): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    select append_deliveries(
      ${deliveries.map(({ endpointId }) => endpointId)}::uuid[],
      ${deliveries.map(({ lane }) => lane)}::uuid[],
      ${deliveries.map(({ subscriptionId }) => subscriptionId)}::uuid[],
      ${deliveries.map(({ eventType }) => eventType)}::text[],
      ${deliveries.map(({ factId }) => factId)}::uuid[],
      ${deliveries.map(({ grantId }) => grantId)}::uuid[],
      ${deliveries.map(({ traceparent }) => traceparent)}::text[]) as due`.execute(tx)
  return rows[0]?.due ?? false
}
