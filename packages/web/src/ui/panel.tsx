import { type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'

export interface PanelProps {
  title: string
  /** A sentence below the title. */
  description?: ReactNode
  /** Beside the title. */
  actions?: ReactNode
  /** For what reaches to the edges, such as a table. */
  flush?: boolean
  children: ReactNode
}

/** A part of a page with a heading of its own. */
export function Panel({ title, description, actions, flush = false, children }: PanelProps): ReactNode {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={classNames(
        'min-w-0 rounded-large border border-line bg-paper',
        flush && 'max-md:border-0 max-md:bg-transparent',
      )}
    >
      <div
        className={classNames(
          'flex flex-wrap items-start justify-between gap-3 px-5 pt-5 sm:px-6',
          flush ? 'pb-3 max-md:px-1' : 'pb-1',
        )}
      >
        <div className="grid min-w-0 gap-1">
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          {description && <div className="max-w-prose text-sm text-soft text-pretty">{description}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      <div className={classNames(!flush && 'px-5 pt-3 pb-5 empty:p-2 sm:px-6 sm:pb-6 sm:empty:p-2')}>
        {children}
      </div>
    </section>
  )
}
