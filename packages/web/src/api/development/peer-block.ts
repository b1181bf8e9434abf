import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQueries,
  useQueryClient,
} from '@tanstack/react-query'
import { useDevelopment } from './development-scope.tsx'
import type { BlockedConversation } from './faults-shapes.ts'
import { useWatched, watchedQuery } from './use-watched.ts'

export interface BlockPlace {
  /** host_id of whoever blocks. */
  person: string
  conversationId: string
}

const pathOf = ({ person, conversationId }: BlockPlace): string =>
  `/dev/as/${encodeURIComponent(person)}/me/v1/conversations/${conversationId}`
const ALL = ['peer-block'] as const
const keyOf = ({ person, conversationId }: BlockPlace) => [...ALL, person, conversationId] as const
const watched = (place: BlockPlace) => ({ key: keyOf(place), path: pathOf(place) })

/** Whether a person has blocked the other side of a conversation. */
export const usePeerBlock = (place: BlockPlace): UseQueryResult<BlockedConversation> =>
  useWatched(watched(place))

/** Those of the places whose person has blocked the other side. */
export function useBlocksAt(places: readonly BlockPlace[]): BlockPlace[] {
  const request = useDevelopment()
  const answers = useQueries({
    queries: places.map((place) => watchedQuery<BlockedConversation>(request, watched(place))),
  })
  return places.filter((_place, at) => answers[at]?.data?.blocked === true)
}

export function useLiftingBlocks(): UseMutationResult<void, Error, readonly BlockPlace[]> {
  const request = useDevelopment()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (places) => {
      await Promise.all(places.map((place) => request('DELETE', `${pathOf(place)}/block`)))
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ALL }),
  })
}

export function useBlocking(place: BlockPlace): UseMutationResult<BlockedConversation, Error, boolean> {
  const request = useDevelopment()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (blocks) => request<BlockedConversation>(blocks ? 'PUT' : 'DELETE', `${pathOf(place)}/block`),
    onSuccess: ({ blocked }) => {
      queries.setQueryData(keyOf(place), { blocked })
      return queries.invalidateQueries({ queryKey: keyOf(place) })
    },
  })
}
