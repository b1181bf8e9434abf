import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { uiWords } from '../../ui/words.ts'

const STEPS = ['w-2/5', 'w-3/5', 'w-1/2'] as const

/** The shape of a story that is on its way. */
export function InspectorSkeleton(): ReactNode {
  const say = useWords(uiWords)
  return (
    <div role="status" aria-label={say('loading')} className="grid gap-6 p-4">
      {STEPS.map((width) => (
        <div key={width} className="flex gap-3">
          <Skeleton className="size-8 shrink-0 rounded-full" />
          <div className="grid grow gap-3">
            <Skeleton className={`mt-2 h-4 ${width}`} />
            <Skeleton className="h-14 w-full rounded-normal" />
          </div>
        </div>
      ))}
    </div>
  )
}
