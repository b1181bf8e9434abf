import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { dataWords } from '../ui/data-words.ts'
import { LoadMore } from '../ui/load-more.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx'
import type { Page, Pages } from './surface-queries.ts'

export interface EmptyList {
  icon?: ReactNode
  title: string
  text?: ReactNode
  /** How to begin. */
  action?: ReactNode
}

export interface PagedListProps<N extends string, T> {
  pages: Pages<N, T>
  name: N
  empty: EmptyList
  /** Shows the rows that there are; at least one. */
  children: (rows: readonly T[]) => ReactNode
}

/** A list with all its faces: on its way, failed, empty, and with more behind it. */
export function PagedList<N extends string, T>(props: PagedListProps<N, T>): ReactNode {
  const { pages, name, empty, children } = props
  const say = useWords(dataWords)
  if (!pages.data) {
    return (
      <Box>
        {pages.isError ? (
          <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
        ) : (
          <LoadingRows />
        )}
      </Box>
    )
  }
  const rows = pages.data.pages.flatMap((page: Page<N, T>) => page[name])
  if (rows.length === 0 && !pages.hasNextPage) {
    return (
      <Box>
        <EmptyState icon={empty.icon ?? <SearchX />} title={empty.title} action={empty.action}>
          {empty.text}
        </EmptyState>
      </Box>
    )
  }
  return (
    <div>
      {rows.length > 0 ? (
        children(rows)
      ) : (
        <Box>
          <p className="p-8 text-center text-soft">{say('nothingYet')}</p>
        </Box>
      )}
      {pages.isFetchNextPageError && (
        <ErrorState error={pages.error} onRetry={() => void pages.fetchNextPage()} />
      )}
      <LoadMore
        has={pages.hasNextPage && !pages.isFetchNextPageError}
        busy={pages.isFetchingNextPage}
        isSearching={pages.data.pages.at(-1)?.[name].length === 0}
        onMore={() => void pages.fetchNextPage()}
      />
    </div>
  )
}

const Box = ({ children }: { children: ReactNode }): ReactNode => (
  <div className="rounded-large border border-line bg-paper">{children}</div>
)
