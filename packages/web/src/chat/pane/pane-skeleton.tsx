import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { uiWords } from '../../ui/words.ts'

const BUBBLES = ['w-40', 'ms-auto w-56', 'w-64', 'w-32', 'ms-auto w-44', 'ms-auto w-28'] as const

/** A conversation that is on its way. */
export function PaneSkeleton({ withoutHeader = false }: { withoutHeader?: boolean }): ReactNode {
  const say = useWords(uiWords)
  return (
    <div role="status" aria-label={say('loading')} className="flex h-full min-h-0 grow flex-col">
      {!withoutHeader && (
        <div className="flex min-h-16 items-center gap-3 border-b border-line bg-paper px-3">
          <Skeleton className="size-11 rounded-full" />
          <div className="grid grow gap-2">
            <Skeleton className="h-4 w-32" />
            <Skeleton className="h-3 w-48" />
          </div>
        </div>
      )}
      <div className="mx-auto flex w-full max-w-3xl grow flex-col justify-end gap-2 px-3 pb-4 sm:px-6">
        {BUBBLES.map((look) => (
          <Skeleton key={look} className={classNames('h-11 max-w-[85%] rounded-large', look)} />
        ))}
      </div>
    </div>
  )
}
