import { type RawBuilder, sql } from 'kysely'

/**
 * What a viewer's streams tell besides messages and notices. Each part is reached by the person and the transaction of
 * the last change, so that nothing new costs nothing (docs/decisions/0034-what-the-stream-tells.md).
 */
export interface StateOfStream {
  /** Rows of one viewer `v` as `(kind, key, sequence, xid, at, content)`, of which `limit` were not sent, oldest first. */
  news(limit: number): RawBuilder<unknown>
  /** The same of what is there, as `(key, sequence, xid)`, from the transaction `since` on. */
  present(since: RawBuilder<unknown>): RawBuilder<unknown>
}

/** Up to where an item of this key was sent. */
export const sent = (kind: RawBuilder<unknown>, id: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`coalesce((v.marks ->> (${kind} || ${id}::text))::bigint, 0)`

const reads: StateOfStream = {
  news: (limit) => sql`
    select 'read' as kind, 'r' || r.conversation_id as key, r.read_sequence as sequence, r.xid, r.updated_at as at,
      jsonb_build_object('conversation_id', r.conversation_id, 'read_sequence', r.read_sequence) as content
    from conversation_reads r
    where r.user_id = v.user_id and r.xid >= v.since and r.read_sequence > ${sent(sql`'r'`, sql`r.conversation_id`)}
    order by r.updated_at, r.conversation_id limit ${limit}`,
  present: (since) => sql`
    select 'r' || r.conversation_id as key, r.read_sequence as sequence, r.xid from conversation_reads r
    where r.user_id = v.user_id and r.xid >= ${since}`,
}

/** How far the other sides have read. */
const peerReads: StateOfStream = {
  news: (limit) => sql`
    select 'peer_read' as kind, 'p' || r.conversation_id as key, r.shown_sequence as sequence, r.shown_xid as xid,
      r.updated_at as at, jsonb_build_object('conversation_id', r.conversation_id, 'peer_read_sequence', r.shown_sequence)
        as content
    from conversation_reads r
    where r.peer_id = v.user_id and r.shown_xid >= v.since
      and r.shown_sequence > ${sent(sql`'p'`, sql`r.conversation_id`)}
    order by r.updated_at, r.conversation_id limit ${limit}`,
  present: (since) => sql`
    select 'p' || r.conversation_id as key, r.shown_sequence as sequence, r.shown_xid as xid from conversation_reads r
    where r.peer_id = v.user_id and r.shown_xid >= ${since}`,
}

/** Conversations that changed other than by a message; what they are now is loaded when it is told. */
const changes: StateOfStream = {
  news: (limit) => sql`
    select 'conversation' as kind, 'c' || x.conversation_id as key, x.version as sequence, x.xid, x.changed_at as at,
      jsonb_build_object('id', x.conversation_id) as content
    from conversation_changes x
    where x.user_id = v.user_id and x.xid >= v.since and x.version > ${sent(sql`'c'`, sql`x.conversation_id`)}
    order by x.changed_at, x.conversation_id limit ${limit}`,
  present: (since) => sql`
    select 'c' || x.conversation_id as key, x.version as sequence, x.xid from conversation_changes x
    where x.user_id = v.user_id and x.xid >= ${since}`,
}

/** Most notices that one event names. */
const MOST_NAMED = 100

/** What one transaction marked as read is one event. Its key is that transaction, in the form of an id. */
const transactionId = (xid: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`lpad(to_hex(${xid}::text::bigint), 32, '0')::uuid`

const noticesRead: StateOfStream = {
  news: (limit) => sql`
    select 'notices_read' as kind, 'd' || ${transactionId(sql`d.xid`)} as key, 0::bigint as sequence, d.xid, d.at,
      jsonb_build_object('ids', case when d.count <= ${MOST_NAMED} then to_jsonb(d.ids) end, 'unread_count',
        (select count(*) from notices n where n.user_id = v.user_id and n.read_at is null)) as content
    from (
      select n.read_xid as xid, max(n.read_at) as at, count(*) as count,
        (array_agg(n.id order by n.created_at desc))[:${sql.lit(MOST_NAMED)}] as ids
      from notices n
      where n.user_id = v.user_id and n.read_xid >= v.since and n.read_at is not null
      group by n.read_xid
    ) d
    where not v.marks ? ('d' || ${transactionId(sql`d.xid`)}::text)
    order by d.at, d.xid limit ${limit}`,
  present: (since) => sql`
    select distinct 'd' || ${transactionId(sql`n.read_xid`)} as key, 0::bigint as sequence, n.read_xid as xid
    from notices n where n.user_id = v.user_id and n.read_xid >= ${since} and n.read_at is not null`,
}

const grants: StateOfStream = {
  news: (limit) => sql`
    select 'grants' as kind, 'g' || g.id as key, g.version as sequence, g.changed_xid as xid,
      coalesce(g.revoked_at, g.updated_at) as at, '{}'::jsonb as content
    from grants g
    where g.user_id = v.user_id and g.changed_xid >= v.since and g.version > ${sent(sql`'g'`, sql`g.id`)}
    order by at, g.id limit ${limit}`,
  present: (since) => sql`
    select 'g' || g.id as key, g.version as sequence, g.changed_xid as xid from grants g
    where g.user_id = v.user_id and g.changed_xid >= ${since}`,
}

export const STATES_OF_STREAM: readonly StateOfStream[] = [reads, peerReads, changes, noticesRead, grants]
