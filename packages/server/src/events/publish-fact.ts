import type { Tx } from '../db/database.ts'
import { appendDeliveries } from '../delivery/append-deliveries.ts'
import { insertFacts, liveEventsEndpoint } from './fact-store.ts'

/** Something that happened to a person and is no message, as the one app that it concerns is told. */
export interface EventFact {
  /** The event's type on the wire, such as USER_ACCESS_REVOCATION. */
  type: string
  appId: string
  /** Internal id of the person: what an app hears of one person goes out in order. */
  userId: string
  /** What the event's body is rendered from; ids in it are those that the app knows. */
  payload: unknown
}

/**
 * Writes the fact with its delivery, if the app has an events URL, in the transaction of what happened (wire contract
 * §5). Such events need no subscription and rest on no grant, so no revocation cancels them. The transaction holds the
 * lock of the grant by which the app knows the person, so that two of them do not write into one lane at once.
 */
export async function publishFact(tx: Tx, { type, appId, userId, payload }: EventFact): Promise<void> {
  const endpointId = await liveEventsEndpoint(tx, appId)
  if (endpointId === null) return
  const [factId] = await insertFacts(tx, type, [payload])
  await appendDeliveries(tx, [
    {
      endpointId,
      lane: userId,
      subscriptionId: appId,
      eventType: type,
      factId: factId!,
      grantId: null,
      traceparent: null,
    },
  ])
}
