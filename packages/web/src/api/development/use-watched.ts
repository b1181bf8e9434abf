import { type QueryKey, queryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { Request } from '../request.ts'
import { useDevelopment } from './development-scope.tsx'

export interface Watched {
  key: QueryKey
  path: string
  /** Milliseconds; 4,000 by default. */
  every?: number
}

export const watchedQuery = <T>(request: Request, { key, path, every = 4_000 }: Watched) =>
  queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => request<T>('GET', path, { signal }),
    refetchInterval: every,
  })

/** What is asked for again and again, for another window or the app itself may change it. */
export const useWatched = <T>(watched: Watched): UseQueryResult<T> =>
  useQuery(watchedQuery<T>(useDevelopment(), watched))
