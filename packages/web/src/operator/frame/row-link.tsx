import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

export interface RowLinkProps {
  to: string
  params?: Readonly<Record<string, string>>
  search?: Readonly<Record<string, string>>
  children: ReactNode
}

/** Leads from a row, or a word, to the page of what it names. */
export function RowLink({ to, params, search, children }: RowLinkProps): ReactNode {
  return (
    <Link
      to={to}
      {...(params && { params: params as never })}
      {...(search && { search: search as never })}
      className="rounded-small font-semibold text-ink underline decoration-line-strong decoration-1 underline-offset-4 hover:text-accent hover:decoration-accent"
    >
      {children}
    </Link>
  )
}
