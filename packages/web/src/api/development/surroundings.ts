import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useDevelopment } from './development-scope.tsx'
import type { Surroundings } from './development-shapes.ts'

const LOOKED_AT_MS = 8_000
const LOOKED_AT_WHILE_AWAY_MS = 1_500

export const SURROUNDINGS = ['surroundings'] as const

/** People, posts, conversations and apps: looked at regularly, for tools and apps make new ones; sooner while the server is away. */
export function useSurroundings(): UseQueryResult<Surroundings> {
  const request = useDevelopment()
  return useQuery({
    queryKey: SURROUNDINGS,
    queryFn: ({ signal }) => request<Surroundings>('GET', '/dev/v1', { signal }),
    refetchInterval: ({ state }) => (state.status === 'error' ? LOOKED_AT_WHILE_AWAY_MS : LOOKED_AT_MS),
  })
}
