import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { useDevelopment } from './development-scope.tsx'
import type { DemoBotState } from './faults-shapes.ts'
import { useWatched } from './use-watched.ts'

export const demoBotKey = ['demo-bot'] as const
const PATH = '/dev/v1/demo-bot'

/** Whether the bundled app takes part, and where it keeps still. */
export const useDemoBot = (): UseQueryResult<DemoBotState> => useWatched({ key: demoBotKey, path: PATH })

/** Switched on, it gets the consent that it needs as well. */
export function useDemoBotSwitch(): UseMutationResult<DemoBotState, Error, boolean> {
  const request = useDevelopment()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (enabled) => request<DemoBotState>('PUT', PATH, { body: { enabled } }),
    onSuccess: (state) => {
      queries.setQueryData(demoBotKey, state)
      return queries.invalidateQueries({ queryKey: ['grants'] })
    },
  })
}
