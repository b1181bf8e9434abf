import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import type { RequestOptions } from '../api/request.ts'
import { useRequest } from '../shell/request-scope.tsx'

export type Query = NonNullable<RequestOptions['query']>

/** One page of a list that goes on. */
export type Page<N extends string, T> = Record<N, T[]> & { next_cursor: string | null }

export type Pages<N extends string, T> = UseInfiniteQueryResult<InfiniteData<Page<N, T>>>

/** Milliseconds after which it is asked again, decided by what was answered last; false for never. */
type Every<T> = (last: T | undefined) => number | false

export interface ReadOptions<T> {
  query?: Query
  every?: Every<T>
}

export interface Change {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the surface's own. */
  path: string
  body?: unknown
}

/** The hooks by which pages read and change what stands below a path, such as `/console/v1`. */
export interface SurfaceQueries {
  useData<T>(path: string, options?: ReadOptions<T>): UseQueryResult<T>
  /** A list that comes by pages; what is empty in the query is not asked for. */
  usePages<N extends string, T>(
    path: string,
    query?: Query,
    every?: Every<InfiniteData<Page<N, T>>>,
  ): Pages<N, T>
  /** Changes something; all that the pages know of the surface is asked anew after it. */
  useChange<T>(): UseMutationResult<T, Error, Change>
}

export const surfaceQueries = (surface: string): SurfaceQueries => ({
  useData<T>(path: string, { query = {}, every }: ReadOptions<T> = {}) {
    const request = useRequest()
    return useQuery<T>({
      queryKey: [surface, path, query],
      queryFn: ({ signal }) => request<T>('GET', surface + path, { query, signal }),
      refetchInterval: ({ state }) => every?.(state.data) ?? false,
    })
  },
  usePages<N extends string, T>(path: string, query: Query = {}, every?: Every<InfiniteData<Page<N, T>>>) {
    const request = useRequest()
    return useInfiniteQuery({
      queryKey: [surface, path, 'pages', query],
      queryFn: ({ pageParam, signal }) =>
        request<Page<N, T>>('GET', surface + path, { query: { ...query, cursor: pageParam }, signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (last) => last.next_cursor,
      refetchInterval: ({ state }) => every?.(state.data) ?? false,
    })
  },
  useChange<T>() {
    const request = useRequest()
    const client = useQueryClient()
    return useMutation({
      mutationFn: ({ method, path, body }: Change) =>
        request<T>(method, surface + path, body === undefined ? {} : { body }),
      onSettled: () => client.invalidateQueries({ queryKey: [surface] }),
    })
  },
})
