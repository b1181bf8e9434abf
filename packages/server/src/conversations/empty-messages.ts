import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

export interface EmptyMessagesDeps {
  db: Database
  /** Ends it between two batches. */
  signal: AbortSignal
  /** Lets go of the files that these messages showed. */
  releaseMedia(tx: Tx, messageIds: readonly string[]): Promise<void>
}

/** Conversations that are locked together, and messages of one statement: few enough that no send waits long. */
const CONVERSATIONS_AT_ONCE = 100
const MESSAGES_AT_ONCE = 1_000

/** `messages.body` of a message whose writer was deleted (db/message-body.ts). */
const EMPTIED = '{"deleted":true}'

interface Range {
  conversationId: string
  /** Sequences above `from`, up to `to`. */
  from: number
  to: number
  /** A chatbot's words to the person are about the person too. */
  whole: boolean
}

/**
 * Empties all that went out as a deleted person, by whomever it was written, and their conversations with chatbots
 * whole. The messages keep their places, so that the others' conversations keep their shape. Their blacklist must be
 * committed before: a send that did not see it holds its conversation's lock, which is waited for here, and every
 * later one is refused.
 */
export async function emptyMessagesOf(deps: EmptyMessagesDeps, userId: string): Promise<void> {
  const { db, signal } = deps
  const conversationIds = await conversationsOf(db, userId)
  for (let i = 0; i < conversationIds.length && !signal.aborted; i += CONVERSATIONS_AT_ONCE) {
    const group = conversationIds.slice(i, i + CONVERSATIONS_AT_ONCE)
    for (const batch of batchesOf(await lockedConversations(db, group))) {
      if (signal.aborted) return
      await db.transaction().execute(async (tx) => {
        const emptied = await emptyRanges(tx, userId, batch)
        await deps.releaseMedia(tx, emptied)
      })
    }
  }
}

async function conversationsOf(db: Database, userId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from conversations where supplier_id = ${userId}::uuid
    union select id from conversations where demand_id = ${userId}::uuid order by id`.execute(db)
  return rows.map(({ id }) => id)
}

/** Waits for the sends that are under way in them. */
async function lockedConversations(db: Database, ids: readonly string[]): Promise<Range[]> {
  const { rows } = await sql<Range>`
    select id as "conversationId", 0 as "from", last_sequence as "to", type = 'BOT' as whole
    from conversations where id = any (${ids}::uuid[]) order by id for no key update`.execute(db)
  return rows
}

/** Splits long conversations and puts short ones together. */
function* batchesOf(conversations: readonly Range[]): Generator<Range[]> {
  let batch: Range[] = []
  let room = MESSAGES_AT_ONCE
  for (const conversation of conversations) {
    for (let from = 0; from < conversation.to; ) {
      const to = Math.min(conversation.to, from + room)
      batch.push({ ...conversation, from, to })
      room -= to - from
      from = to
      if (room > 0) continue
      yield batch
      batch = []
      room = MESSAGES_AT_ONCE
    }
  }
  if (batch.length > 0) yield batch
}

async function emptyRanges(tx: Tx, userId: string, ranges: readonly Range[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update messages set body = ${EMPTIED}::json, type = 'TEXT'
    where id = any (array(
      select m.id
      from unnest(
        ${ranges.map((range) => range.conversationId)}::uuid[], ${ranges.map(({ from }) => from)}::bigint[],
        ${ranges.map(({ to }) => to)}::bigint[], ${ranges.map(({ whole }) => whole)}::boolean[])
        as r (conversation_id, lowest, highest, whole)
      cross join lateral (
        select x.id from messages x
        where x.conversation_id = r.conversation_id and x.sequence > r.lowest and x.sequence <= r.highest
          and (x.sender_id = ${userId}::uuid or r.whole) and x.body::text <> ${EMPTIED}
        offset 0) m))
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}
