import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export function Spinner({ className }: { className?: string }): ReactNode {
  return (
    <span
      aria-hidden="true"
      className={classNames(
        'inline-block size-4 animate-spin rounded-full border-2 border-current border-e-transparent',
        className,
      )}
    />
  )
}
