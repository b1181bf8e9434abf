import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { noticeColumns } from './row-columns.ts'
import type { NoticeRow } from './view-notice.ts'

export interface NoticePlace {
  /** RFC 3339 with microseconds. */
  at: string
  id: string
}

/** One row more than `limit` when there is another page; newest first. */
export async function noticePage(
  db: Database,
  input: { userId: string; after: NoticePlace | null; limit: number },
): Promise<NoticeRow[]> {
  const { userId, after, limit } = input
  const behind = after ? sql`and (n.created_at, n.id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql``
  const { rows } = await sql<NoticeRow>`
    select ${noticeColumns}
    from notices n join apps a on a.id = n.app_id left join posts p on p.id = n.post_id
    where n.user_id = ${userId}::uuid ${behind}
    order by n.created_at desc, n.id desc limit ${limit + 1}`.execute(db)
  return rows
}

export async function countUnreadNotices(db: Database, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('notices')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** @returns false when the user has no such notice. */
export async function markNoticeRead(db: Database, userId: string, id: string): Promise<boolean> {
  const row = await db
    .updateTable('notices')
    .set({
      read_at: sql<Date>`coalesce(read_at, clock_timestamp())`,
      read_xid: sql<string>`case when read_at is null then pg_current_xact_id() else read_xid end`,
    })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function markAllNoticesRead(db: Database, userId: string): Promise<void> {
  await db
    .updateTable('notices')
    .set({ read_at: sql<Date>`clock_timestamp()`, read_xid: sql<string>`pg_current_xact_id()` })
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .execute()
}
