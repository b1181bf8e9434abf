import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface Column<T> {
  key: string
  title: string
  cell: (row: T) => ReactNode
  /** On a phone: stands first and large, without its title. */
  leads?: boolean
  className?: string
}

export interface DataTableProps<T> {
  /** Read out before the table. */
  caption: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  rowKey: (row: T) => string
  /** A row that is chosen, drawn apart. */
  chosen?: string | undefined
}

/** A table from a tablet on; on a phone each row is a card. One set of elements for both, so that nothing is read twice. */
export function DataTable<T>({ caption, columns, rows, rowKey, chosen }: DataTableProps<T>): ReactNode {
  return (
    <table className="w-full max-md:block">
      <caption className="sr-only">{caption}</caption>
      <thead className="max-md:sr-only">
        <tr className="border-b border-line">
          {columns.map(({ key, title }) =>
            // What is done with a row needs no heading, and an empty one would be read out.
            title === '' ? (
              <td key={key} />
            ) : (
              <th
                key={key}
                scope="col"
                className="px-4 py-3 text-start text-sm font-semibold text-soft first:ps-6 last:pe-6"
              >
                {title}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody className="max-md:grid max-md:gap-3">
        {rows.map((row) => {
          const key = rowKey(row)
          return <Row key={key} row={row} columns={columns} isChosen={key === chosen} />
        })}
      </tbody>
    </table>
  )
}

interface RowProps<T> {
  row: T
  columns: readonly Column<T>[]
  isChosen: boolean
}

function Row<T>({ row, columns, isChosen }: RowProps<T>): ReactNode {
  return (
    <tr
      className={classNames(
        'border-line max-md:grid max-md:gap-1 max-md:rounded-normal max-md:border max-md:bg-paper max-md:p-4 md:border-b md:last:border-b-0',
        isChosen && 'bg-accent-soft',
      )}
    >
      {columns.map(({ key, title, cell, leads, className }) => (
        <td
          key={key}
          className={classNames(
            'min-w-0 md:px-4 md:py-3 md:align-middle md:first:ps-6 md:last:pe-6',
            leads ? 'max-md:mb-1' : 'max-md:flex max-md:items-baseline max-md:justify-between max-md:gap-4',
            className,
          )}
        >
          {!leads && title !== '' && (
            <span aria-hidden="true" className="shrink-0 text-sm text-soft md:hidden">
              {title}
            </span>
          )}
          {cell(row)}
        </td>
      ))}
    </tr>
  )
}
