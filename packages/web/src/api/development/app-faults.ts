import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { useDevelopment } from './development-scope.tsx'
import type { AppFaults } from './development-shapes.ts'
import { useWatched } from './use-watched.ts'

export const appFaultsKey = (slug: string) => ['faults', slug] as const

const pathOf = (slug: string): string => `/dev/v1/apps/${encodeURIComponent(slug)}/faults`

/** What is made to go wrong with an app. */
export const useAppFaults = (slug: string): UseQueryResult<AppFaults> =>
  useWatched({ key: appFaultsKey(slug), path: pathOf(slug) })

/** Sets what is given and leaves the rest as it stands; shown at once, and put back when the server refuses. */
export function useFaultSwitches(slug: string): UseMutationResult<AppFaults, Error, AppFaults> {
  const request = useDevelopment()
  const queries = useQueryClient()
  const key = appFaultsKey(slug)
  return useMutation({
    mutationFn: (faults) => request<AppFaults>('PUT', pathOf(slug), { body: faults }),
    onMutate: async (faults) => {
      await queries.cancelQueries({ queryKey: key })
      queries.setQueryData(key, faults)
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: key }),
        queries.invalidateQueries({ queryKey: ['queue', slug] }),
      ]),
  })
}
