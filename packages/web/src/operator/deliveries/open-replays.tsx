import type { ReactNode } from 'react'
import { ReplayCard } from './replay-card.tsx'
import { useReplays } from './use-replays.ts'

/** Replays that run or are paused, above the deliveries that they send. */
export function OpenReplays(): ReactNode {
  const replays = useReplays()
  const open = (replays.data?.pages.flatMap((page) => page.replays) ?? []).filter(
    ({ status }) => status === 'running' || status === 'paused',
  )
  if (open.length === 0) return null
  return (
    <div className="grid gap-3">
      {open.map((replay) => (
        <ReplayCard key={replay.id} replay={replay} />
      ))}
    </div>
  )
}
