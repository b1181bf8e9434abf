import type { ReactNode } from 'react'

export interface PageHeadProps {
  title: ReactNode
  description?: ReactNode
  actions?: ReactNode
}

/** The heading of a page. */
export function PageHead({ title, description, actions }: PageHeadProps): ReactNode {
  return (
    <div className="flex flex-wrap items-start justify-between gap-4">
      <div className="grid min-w-0 gap-1">
        <h1 className="text-2xl font-bold text-balance">{title}</h1>
        {description && <p className="max-w-prose text-soft text-pretty">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
