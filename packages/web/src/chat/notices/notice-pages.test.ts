import { expect, test } from 'vitest'
import type { Notice } from '../../api/person/notice-shapes.ts'
import { type NoticePages, noticesOf, withNotice, withRead } from './notice-pages.ts'

const notice = (id: string, read = false): Notice => ({
  id,
  app: { slug: 'app', display_name: 'App' },
  message: id,
  read,
  created_at: '2026-11-22T08:30:00.000000Z',
})
const pagesOf = (...ids: string[][]): NoticePages => ({
  pages: ids.map((page) => ({ notices: page.map((id) => notice(id)), unread_count: 1, next_cursor: null })),
  pageParams: ids.map(() => null),
})
const read = (known: NoticePages) =>
  noticesOf(known)
    .filter((each) => each.read)
    .map(({ id }) => id)

test('what has just come stands first, and what is told again stands once', () => {
  const known = withNotice(pagesOf(['b'], ['a']), notice('c'))
  expect(noticesOf(known).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  expect(withNotice(known, notice('a'))).toBe(known)
})

test('one that is on two pages, because another came in between, is shown once', () => {
  expect(noticesOf(pagesOf(['c', 'b'], ['b', 'a'])).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
})

test('those that were read are marked on all pages, and all where none is named', () => {
  expect(read(withRead(pagesOf(['c', 'b'], ['a']), ['a', 'c', 'unknown']))).toEqual(['c', 'a'])
  expect(read(withRead(pagesOf(['c', 'b'], ['a']), null))).toEqual(['c', 'b', 'a'])
})

test('nothing is added to a list of which nothing was loaded', () => {
  expect(noticesOf(withNotice({ pages: [], pageParams: [] }, notice('a')))).toEqual([])
})
