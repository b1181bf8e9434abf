import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import type { NoticePage } from '../../api/person/notice-shapes.ts'
import { personKeys } from '../person/person-keys.ts'
import { usePerson } from '../person-scope.tsx'
import { withNotice, withRead } from './notice-pages.ts'

const PAGE = 20
const LIST = [...personKeys.notices, 'list'] as const
const UNREAD = [...personKeys.notices, 'unread'] as const

/** How many are unread; 0 until it is known. The stream keeps it up to date. */
export function useUnreadNotices(): number {
  const { request } = usePerson()
  const { data } = useQuery({
    queryKey: UNREAD,
    queryFn: ({ signal }) =>
      request<NoticePage>('GET', '/me/v1/notices', { query: { limit: 1 }, signal }).then(
        (page) => page.unread_count,
      ),
  })
  return data ?? 0
}

/** The pages that were asked for, newest first; what comes and what is read elsewhere changes them at once. */
export function useNoticeList(): UseInfiniteQueryResult<InfiniteData<NoticePage>> {
  const { request, onEvent } = usePerson()
  const client = useQueryClient()
  useEffect(
    () =>
      onEvent((event) => {
        const change = (step: (known: InfiniteData<NoticePage>) => InfiniteData<NoticePage>): void => {
          client.setQueryData<InfiniteData<NoticePage>>(LIST, (known) => known && step(known))
        }
        if (event.kind === 'notice') change((known) => withNotice(known, event.data))
        if (event.kind === 'notices_read') change((known) => withRead(known, event.data.ids))
      }),
    [onEvent, client],
  )
  return useInfiniteQuery({
    queryKey: LIST,
    queryFn: ({ pageParam, signal }) =>
      request<NoticePage>('GET', '/me/v1/notices', { query: { limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
}

export interface ReadNotices {
  /** Marks this one, without a word if it fails: it stays unread, and is marked when it is seen again. */
  readOne: (id: string) => void
  readAll: () => void
  isReadingAll: boolean
  /** Of marking all. */
  error: unknown
}

export function useReadNotices(): ReadNotices {
  const { request } = usePerson()
  const client = useQueryClient()
  const settle = useCallback(
    (ids: readonly string[] | null, unread: number) => {
      client.setQueryData<InfiniteData<NoticePage>>(LIST, (known) => known && withRead(known, ids))
      client.setQueryData(UNREAD, unread)
    },
    [client],
  )
  const readOne = useCallback(
    (id: string) => {
      request<{ unread_count: number }>('POST', `/me/v1/notices/${id}/read`).then(
        ({ unread_count }) => settle([id], unread_count),
        () => {},
      )
    },
    [request, settle],
  )
  const all = useMutation({
    mutationFn: () => request<{ unread_count: number }>('POST', '/me/v1/notices/read'),
    onSuccess: ({ unread_count }) => settle(null, unread_count),
  })
  return { readOne, readAll: all.mutate, isReadingAll: all.isPending, error: all.error }
}
