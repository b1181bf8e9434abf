import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { operatorWords } from '../words.ts'

/** Above the heading of what was opened from a list. */
export function BackLink({ to }: { to: string }): ReactNode {
  const say = useWords(operatorWords)
  return (
    <Link
      to={to}
      className="-ms-2 -mb-4 inline-flex w-fit min-h-11 items-center gap-1 rounded-small px-2 text-sm font-semibold text-soft hover:text-ink"
    >
      <ChevronLeft aria-hidden="true" className="points size-4" />
      {say('backTo')}
    </Link>
  )
}

export interface LoadedProps<T> {
  query: { data: T | undefined; isError: boolean; error: unknown; refetch: () => unknown }
  children: (data: T) => ReactNode
}

/** One thing with its faces: on its way, failed, there. */
export function Loaded<T>({ query, children }: LoadedProps<T>): ReactNode {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div className="grid gap-5">
      <Skeleton className="h-12 w-72 max-w-full" />
      <Skeleton className="h-56 w-full rounded-large" />
      <Skeleton className="h-40 w-full rounded-large" />
    </div>
  )
}
