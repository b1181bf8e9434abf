import { queryOptions, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { Story } from '../../api/development/story-shapes.ts'
import type { Request } from '../../api/request.ts'
import { usePageSeen } from '../../shell/use-page-seen.ts'

const PENDING_MS = 1_000
const QUIET_MS = 5_000
/** What happens within so long is looked at once. */
const GATHER_MS = 120
/** A delivery's outcome and a click are written a little after their exchange. */
const SETTLED_MS = 900

const STORY = 'story'

const storyQuery = (request: Request, messageId: string) =>
  queryOptions({
    queryKey: [STORY, messageId],
    queryFn: ({ signal }) =>
      request<Story>('GET', `/dev/v1/messages/${encodeURIComponent(messageId)}/story`, { signal }),
    refetchInterval: ({ state }) => (state.data && isPending(state.data) ? PENDING_MS : QUIET_MS),
  })

/** More will come of it by itself. */
const isPending = ({ deliveries }: Story): boolean => deliveries.some(({ state }) => state === 'pending')

/** The story of a message as it goes on: asked for again when apps and the platform have said something. */
export function useStory(messageId: string): UseQueryResult<Story> {
  const request = useDevelopment()
  const queries = useQueryClient()
  const isSeen = usePageSeen()
  useEffect(() => {
    if (!isSeen) return
    let soon: ReturnType<typeof setTimeout> | undefined
    let later: ReturnType<typeof setTimeout> | undefined
    const look = (): void => void queries.invalidateQueries({ queryKey: [STORY] })
    const onExchange = (): void => {
      soon ??= setTimeout(() => {
        soon = undefined
        look()
      }, GATHER_MS)
      clearTimeout(later)
      later = setTimeout(look, SETTLED_MS)
    }
    const stream = new EventSource('/dev/v1/traffic/stream')
    for (const name of ['exchange', 'resync', 'ready']) stream.addEventListener(name, onExchange)
    return () => {
      stream.close()
      clearTimeout(soon)
      clearTimeout(later)
    }
  }, [queries, isSeen])
  return useQuery(storyQuery(request, messageId))
}

/** What is told is looked at again. */
export function useStoryChanged(): () => void {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: [STORY] })
}
