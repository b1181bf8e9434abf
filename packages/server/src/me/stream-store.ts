import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { messageColumns, noticeColumns } from './row-columns.ts'
import type { Cursor, Mark, NewsItem } from './stream-cursor.ts'
import { STATES_OF_STREAM, sent } from './stream-states.ts'
import type { ConversationRow } from './view-conversation.ts'
import type { MessageRow } from './view-message.ts'
import type { NoticeRow } from './view-notice.ts'

export type NewsContent =
  | { kind: 'message'; row: MessageRow }
  | { kind: 'notice'; row: NoticeRow }
  /** `view` is what it is now, which is loaded afterwards; null when it is gone. */
  | { kind: 'conversation'; row: { id: string }; view?: ConversationRow | null }
  /** Told as they are. */
  | { kind: 'read'; row: { conversation_id: string; read_sequence: number } }
  | { kind: 'peer_read'; row: { conversation_id: string; peer_read_sequence: number } }
  | { kind: 'notices_read'; row: { ids: string[] | null; unread_count: number } }
  | { kind: 'grants'; row: Record<string, never> }

export interface News extends NewsItem {
  content: NewsContent
  /** For messages: nothing below this sequence was looked at. */
  floor: number
}

export interface NewsOfViewer {
  /** In the order of sending. */
  items: News[]
  /** More is waiting than was read. */
  more: boolean
  /** More conversations have something new than are read for one viewer: loading everything again is cheaper. */
  tooMuch: boolean
}

export interface NewsRound {
  /** The oldest transaction that was still running, which is the next watermark. */
  next: number
  /** No transaction had an id at or above this one: a cursor beyond it is of another database. */
  ahead: number
  /** The transaction that put the whole marketplace in place of another; a cursor at or below it is of that one. */
  replacedBy: number
  viewers: NewsOfViewer[]
}

export interface Viewer {
  userId: string
  cursor: Cursor
}

/** Most items of each kind that one read takes for a viewer. */
const PAGE = 100
/** How far back from a conversation's last message unsent ones are looked for. */
const WINDOW = 1_000
const MAX_CONVERSATIONS = 200

interface NewsRecord {
  next: number
  ahead: number
  replacedBy: number
  viewer: number | null
  kind: NewsContent['kind']
  key: string
  sequence: number
  xid: number
  at: string
  floor: number | null
  active: number | null
  content: unknown
}

/**
 * What each viewer has not been sent, read under one snapshot.
 * @param conversationIds look at messages of these alone, after they were woken; null for everything there is. Only
 * a read of everything may move the watermark.
 */
export async function readNews(
  db: Database,
  viewers: readonly Viewer[],
  conversationIds: readonly string[] | null,
): Promise<NewsRound> {
  const everything = sql`union all (${newNotices}) union all (${newStates})`
  const { rows } = await sql<NewsRecord>`
    with viewers as materialized (
      select * from unnest(
        ${viewers.map(({ userId }) => userId)}::uuid[],
        ${viewers.map(({ cursor }) => String(cursor.watermark))}::xid8[],
        ${viewers.map(({ cursor }) => marksJson(cursor.marks))}::jsonb[]
      ) with ordinality as v (user_id, since, marks, viewer)
    )
    select s.next, s.ahead, s.replaced_by as "replacedBy", news.*
    from (${snapshot}) s
    left join (
      (${newMessages(conversationIds ? woken(conversationIds) : allOfViewer)})
      ${conversationIds ? sql`` : everything}
    ) news on true
    order by news.viewer, news.at, news.key, news.sequence`.execute(db)
  return toRound(rows, viewers.length)
}

/** Whatever wrote to the tables before they were replaced had ended by then, so the watermark begins above that. */
const snapshot = sql`
  select greatest(pg_snapshot_xmin(x.snapshot)::text::bigint, x.replaced_by + 1) as next,
    pg_snapshot_xmax(x.snapshot)::text::bigint as ahead, x.replaced_by
  from (select pg_current_snapshot() as snapshot, coalesce((
    select (i.value ->> 'xid')::bigint from instance_settings i where i.key = 'loaded_snapshot'), 0) as replaced_by) x`

const marksJson = (marks: Cursor['marks']): string =>
  JSON.stringify(Object.fromEntries([...marks].map(([key, { sequence }]) => [key, sequence])))

/** Nothing that changes is indexed on conversations, so all of a viewer's are looked at. */
const allOfViewer = sql`
  select c.id, c.last_sequence, c.last_xid from conversations c where c.supplier_id = v.user_id
  union all
  select c.id, c.last_sequence, c.last_xid from conversations c where c.demand_id = v.user_id`

const woken = (ids: readonly string[]): RawBuilder<unknown> => sql`
  select c.id, c.last_sequence, c.last_xid from conversations c
  where c.id = any (${ids}::uuid[]) and v.user_id in (c.supplier_id, c.demand_id)`

/** What is unsent is the end of its conversation, and all of it lies at or above the watermark. */
const newMessages = (conversations: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select v.viewer, 'message' as kind, 'm' || m.conversation_id as key, m.sequence, m.xid::text::bigint as xid,
    m.sent_at as at, m.floor, m.active,
    (select to_jsonb(x) from (select ${messageColumns}) x) as content
  from viewers v
  cross join lateral (
    select m.*, greatest(c.last_sequence - ${WINDOW}, 0) as floor, c.active
    from (
      select *, count(*) over () as active
      from (
        select c.id, c.last_sequence, ${sent(sql`'m'`, sql`c.id`)} as sent
        from (${conversations}) c
        where c.last_xid >= v.since and c.last_sequence > ${sent(sql`'m'`, sql`c.id`)}
        limit ${MAX_CONVERSATIONS + 1}
      ) c
    ) c
    cross join lateral (
      select * from messages m
      where m.conversation_id = c.id and m.sequence > greatest(c.sent, c.last_sequence - ${WINDOW})
        and m.xid >= v.since
      order by m.sequence limit ${PAGE + 1}
    ) m
    order by m.sent_at, m.conversation_id, m.sequence limit ${PAGE + 1}
  ) m
  left join apps a on a.id = m.app_id`

/** In two steps, lest all of a person's notices are gone through in the order of time to find none. */
const newNotices = sql`
  select v.viewer, 'notice', 'n' || n.id, 0, n.xid::text::bigint, n.created_at, null, null,
    (select to_jsonb(x) from (select ${noticeColumns}) x)
  from viewers v
  cross join lateral (
    select * from (
      select * from notices n
      where n.user_id = v.user_id and n.xid >= v.since and not v.marks ? ('n' || n.id::text) offset 0
    ) n
    order by n.created_at, n.id limit ${PAGE + 1}
  ) n
  join apps a on a.id = n.app_id
  left join posts p on p.id = n.post_id`

const newStates = sql`
  select v.viewer, x.kind, x.key, x.sequence, x.xid::text::bigint, x.at, null::bigint, null::bigint, x.content
  from viewers v
  cross join lateral (
    ${sql.join(
      STATES_OF_STREAM.map((state) => sql`(${state.news(PAGE + 1)})`),
      sql` union all `,
    )}
  ) x`

function toRound(rows: readonly NewsRecord[], viewerCount: number): NewsRound {
  const viewers = Array.from(
    { length: viewerCount },
    (): NewsOfViewer => ({ items: [], more: false, tooMuch: false }),
  )
  const counts = new Map<string, number>()
  for (const row of rows) {
    if (row.viewer === null) continue
    const viewer = viewers[row.viewer - 1]!
    const count = (counts.get(`${row.viewer}${row.kind}`) ?? 0) + 1
    counts.set(`${row.viewer}${row.kind}`, count)
    viewer.tooMuch ||= (row.active ?? 0) > MAX_CONVERSATIONS
    if (count > PAGE) {
      viewer.more = true
      continue
    }
    viewer.items.push({
      key: row.key,
      sequence: row.sequence,
      xid: row.xid,
      floor: row.floor ?? 0,
      content: { kind: row.kind, row: row.content } as NewsContent,
    })
  }
  const { next, ahead, replacedBy } = rows[0]!
  return { next, ahead, replacedBy, viewers }
}

/** For each user a cursor that stands at now: nothing that is there is sent, everything that comes will be. */
export async function readPresent(db: Database, userIds: readonly string[]): Promise<Cursor[]> {
  const { rows } = await sql<{
    next: number
    viewer: number | null
    key: string
    sequence: number
    xid: number
  }>`
    select s.next, seen.*
    from (${snapshot}) s
    left join lateral (
      select v.viewer, seen.key, seen.sequence, seen.xid::text::bigint as xid
      from unnest(${userIds}::uuid[]) with ordinality as v (user_id, viewer)
      cross join lateral (
        select 'm' || c.id as key, c.last_sequence as sequence, c.last_xid as xid
        from (${allOfViewer}) c
        union all
        select 'n' || n.id, 0, n.xid from notices n
        where n.user_id = v.user_id and n.xid >= s.next::text::xid8
        union all
        ${sql.join(
          STATES_OF_STREAM.map((state) => sql`(${state.present(sql`s.next::text::xid8`)})`),
          sql` union all `,
        )}
      ) seen
      where seen.xid >= s.next::text::xid8
    ) seen on true`.execute(db)
  const next = rows[0]!.next
  const marks = userIds.map((): Map<string, Mark> => new Map())
  for (const { viewer, key, sequence, xid } of rows) {
    if (viewer !== null) marks[viewer - 1]!.set(key, { sequence, xid })
  }
  return marks.map((each) => ({ watermark: next, marks: each }))
}

/** Those of the sessions that have not ended. */
export async function liveSessions(db: Database, hashes: readonly Buffer[]): Promise<Set<string>> {
  const { rows } = await sql<{ hash: Buffer }>`
    select hash from sessions where hash = any (${hashes}::bytea[]) and expires_at > clock_timestamp()`.execute(
    db,
  )
  return new Set(rows.map(({ hash }) => hash.toString('base64')))
}

/** The users who take part in any of the conversations, each once. */
export async function participantsOf(db: Database, conversationIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ user_id: string }>`
    select c.demand_id as user_id from conversations c where c.id = any (${conversationIds}::uuid[])
    union
    select c.supplier_id from conversations c
    where c.id = any (${conversationIds}::uuid[]) and c.supplier_id is not null`.execute(db)
  return rows.map(({ user_id }) => user_id)
}
