import { type RawBuilder, sql } from 'kysely'

/**
 * Part of a statement that changes something about conversations besides their messages, so that the streams of those
 * whom it concerns tell it (docs/decisions/0034-what-the-stream-tells.md). Rows are written in one order, so that two
 * people who block each other at once do not wait for each other.
 * @param concerned selects `id` of a conversation and `user_id` of a person who takes part in it.
 */
export const recordConversationChanges = (concerned: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  insert into conversation_changes as x (conversation_id, user_id)
  select c.id, c.user_id from (${concerned}) c
  order by c.id, c.user_id
  on conflict (conversation_id, user_id) do update
    set version = x.version + 1, changed_at = clock_timestamp(), xid = pg_current_xact_id()`
