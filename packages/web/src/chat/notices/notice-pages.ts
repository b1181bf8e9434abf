import type { Notice, NoticePage } from '../../api/person/notice-shapes.ts'

/** Pages of a list as the query keeps them. */
export interface NoticePages {
  pages: NoticePage[]
  pageParams: unknown[]
}

/** With one that has just come at the top; one that is there already is left as it is. */
export function withNotice<T extends NoticePages>(known: T, notice: Notice): T {
  const [first, ...rest] = known.pages
  if (!first || known.pages.some(({ notices }) => notices.some(({ id }) => id === notice.id))) return known
  return { ...known, pages: [{ ...first, notices: [notice, ...first.notices] }, ...rest] }
}

/** With these marked as read; null for all. */
export function withRead<T extends NoticePages>(known: T, ids: readonly string[] | null): T {
  const isOne = (id: string): boolean => ids === null || ids.includes(id)
  const mark = (notice: Notice): Notice =>
    !notice.read && isOne(notice.id) ? { ...notice, read: true } : notice
  return { ...known, pages: known.pages.map((page) => ({ ...page, notices: page.notices.map(mark) })) }
}

/** All of them in order, each once: one that came while the next page was loaded is on two. */
export function noticesOf({ pages }: Pick<NoticePages, 'pages'>): Notice[] {
  const all = new Map<string, Notice>()
  for (const notice of pages.flatMap(({ notices }) => notices)) {
    if (!all.has(notice.id)) all.set(notice.id, notice)
  }
  return [...all.values()]
}
