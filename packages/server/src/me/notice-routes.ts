import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { notYours, pathId } from './not-found.ts'
import { countUnreadNotices, markAllNoticesRead, markNoticeRead, noticePage } from './notice-store.ts'
import { pageQueryParser, placeCursor } from './page-query.ts'
import { viewNotice } from './view-notice.ts'

export interface MyNoticeDeps {
  db: Database
  /** Their pages are told. */
  readers: { wakeUser(userId: string): void }
}

const PATH = '/me/v1/notices'

/** What apps told a person outside any chat (wire contract §6). */
export const myNoticeRoutes = ({ db, readers }: MyNoticeDeps): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    operation: 'Me_ListNotices',
    summary: 'My notices, newest first, and how many I have not read',
    caller: 'user',
    query: pageQueryParser,
    handle: async ({ caller, query: { after, limit } }) => {
      const rows = await noticePage(db, { userId: caller.userId, after, limit })
      const page = rows.slice(0, limit)
      const last = rows.length > limit ? page.at(-1) : undefined
      return {
        notices: page.map(viewNotice),
        unread_count: await countUnreadNotices(db, caller.userId),
        next_cursor: last ? placeCursor({ at: last.created_at, id: last.id }) : null,
      }
    },
  }),
  route({
    method: 'POST',
    path: `${PATH}/read`,
    operation: 'Me_ReadAllNotices',
    summary: 'I have read all my notices',
    caller: 'user',
    handle: async ({ caller }) => {
      await markAllNoticesRead(db, caller.userId)
      readers.wakeUser(caller.userId)
      return { unread_count: await countUnreadNotices(db, caller.userId) }
    },
  }),
  route({
    method: 'POST',
    path: `${PATH}/:notice_id/read`,
    operation: 'Me_ReadNotice',
    summary: 'I have read this notice',
    caller: 'user',
    handle: async ({ caller, params }) => {
      const id = pathId('notice', params.notice_id)
      if (!(await markNoticeRead(db, caller.userId, id))) throw notYours('notice', id)
      readers.wakeUser(caller.userId)
      return { unread_count: await countUnreadNotices(db, caller.userId) }
    },
  }),
]
