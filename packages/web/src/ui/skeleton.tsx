import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** The place of something that is being loaded; its size comes by class names. */
export function Skeleton({ className }: { className?: string }): ReactNode {
  return (
    <span
      aria-hidden="true"
      data-skeleton
      className={classNames('block animate-pulse rounded-small bg-sunken', className)}
    />
  )
}
