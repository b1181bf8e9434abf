import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { useDevelopment } from './development-scope.tsx'
import type { DeliveryQueue } from './development-shapes.ts'
import { useWatched } from './use-watched.ts'

const keyOf = (slug: string) => ['queue', slug] as const
const pathOf = (slug: string): string => `/dev/v1/apps/${encodeURIComponent(slug)}/queue`

/** What waits for an app, looked at every second: it is there to be watched. */
export const useAppQueue = (slug: string): UseQueryResult<DeliveryQueue> =>
  useWatched({ key: keyOf(slug), path: pathOf(slug), every: 1_000 })

export function useDrain(slug: string): UseMutationResult<{ made_due: number }, Error, void> {
  const request = useDevelopment()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => request<{ made_due: number }>('POST', `${pathOf(slug)}/drain`),
    onSuccess: () => queries.invalidateQueries({ queryKey: keyOf(slug) }),
  })
}
