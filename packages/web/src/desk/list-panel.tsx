import type { ReactNode } from 'react'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { PagedList, type PagedListProps } from './paged-list.tsx'

export interface ListPanelProps<N extends string, T> extends Omit<PagedListProps<N, T>, 'children'> {
  caption: string
  columns: readonly Column<T>[]
  rowKey: (row: T) => string
}

/** A table that comes by pages. On a phone its rows are cards of their own, and the box around them goes. */
export function ListPanel<N extends string, T>(props: ListPanelProps<N, T>): ReactNode {
  const { caption, columns, rowKey, ...list } = props
  return (
    <PagedList {...list}>
      {(rows) => (
        <div className="overflow-hidden md:rounded-large md:border md:border-line md:bg-paper">
          <DataTable caption={caption} columns={columns} rows={rows} rowKey={rowKey} />
        </div>
      )}
    </PagedList>
  )
}
