import { RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { Button } from './button.tsx'
import { failureWords } from './failure-words.ts'
import { Skeleton } from './skeleton.tsx'
import { uiWords } from './words.ts'

export interface EmptyStateProps {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}

/** Nothing is here yet: what would be, and how to begin. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps): ReactNode {
  return (
    <div className="mx-auto grid max-w-sm justify-items-center gap-3 px-6 py-12 text-center">
      <span
        aria-hidden="true"
        className="grid size-14 place-items-center rounded-full bg-accent-soft text-accent [&_svg]:size-6"
      >
        {icon}
      </span>
      <p className="text-lg font-semibold text-balance">{title}</p>
      {children && <div className="text-soft text-pretty">{children}</div>}
      {action}
    </div>
  )
}

/** Loading failed: why, and again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }): ReactNode {
  const say = useWords(uiWords)
  return (
    <div role="alert" className="mx-auto grid max-w-sm justify-items-center gap-3 px-6 py-12 text-center">
      <p className="text-lg font-semibold">{say('failure.title')}</p>
      <p className="text-soft text-pretty">{failureWords(say, error)}</p>
      {onRetry && (
        <Button icon={<RefreshCw className="size-4" />} onClick={onRetry}>
          {say('tryAgain')}
        </Button>
      )}
    </div>
  )
}

const ROWS = ['w-3/5', 'w-4/5', 'w-2/5', 'w-3/4', 'w-1/2', 'w-2/3'] as const

/** The shape of a list that is on its way. */
export function LoadingRows({ count = ROWS.length }: { count?: number }): ReactNode {
  const say = useWords(uiWords)
  return (
    <div role="status" aria-label={say('loading')} className="grid gap-1">
      {ROWS.slice(0, count).map((width) => (
        <div key={width} className="flex items-center gap-3 p-3">
          <Skeleton className="size-11 shrink-0 rounded-full" />
          <div className="grid grow gap-2">
            <Skeleton className={`h-4 ${width}`} />
            <Skeleton className="h-3 w-full" />
          </div>
        </div>
      ))}
    </div>
  )
}
