import { type RawBuilder, sql } from 'kysely'

/** Column lists that several statements share, so that a list, a single row and the stream read the same. */

/** A time as RFC 3339 in UTC with microseconds, which a Date would lose. */
export const microseconds = (column: string): RawBuilder<string> =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** For `messages m` beside `apps a`, the app that wrote it, if any. */
export const messageColumns = sql`m.id, m.conversation_id, m.sequence, m.sender_id, m.type, m.body,
  ${microseconds('m.sent_at')} as sent_at, a.slug as app_slug, a.display_name as app_display_name`

/** For `notices n` beside `apps a` and `posts p`, the post that it is about, if any. */
export const noticeColumns = sql`n.id, n.message, n.buttons, p.token as post_token, p.title as post_title,
  a.slug as app_slug, a.display_name as app_display_name, n.read_at is not null as read,
  ${microseconds('n.created_at')} as created_at`
