import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { newId } from '../ids.ts'

/** Something that happened and is no message, as the one app that it concerns is told. */
export interface EventFact {
  /** The event's type on the wire, such as USER_ACCESS_REVOCATION. */
  type: string
  appId: string
  /** What the event's body is rendered from; ids in it are those that the app knows. */
  payload: unknown
}

/**
 * Writes the fact, and one delivery of it if the app has an events URL, in the transaction of what happened (wire
 * contract §5). Such events need no subscription and rest on no grant, so no revocation cancels them, and no order
 * binds them: each is a lane of its own.
 */
export async function publishFact(tx: Tx, fact: EventFact): Promise<void> {
  const id = newId()
  await tx
    .insertInto('event_facts')
    .values({ id, type: fact.type, payload: JSON.stringify(fact.payload) })
    .execute()
  await sql`
    insert into delivery_queue
      (endpoint_id, lane, sequence, subscription_id, event_type, source_id, conversation_id, grant_id, due_at)
    select e.id, ${newId()}::uuid, 0, e.app_id, ${fact.type}, ${id}::uuid, null, null, clock_timestamp()
    from endpoints e
    where e.app_id = ${fact.appId} and e.kind = 'events' and e.url is not null`.execute(tx)
}
