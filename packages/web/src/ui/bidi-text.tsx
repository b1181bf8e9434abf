import type { ReactNode } from 'react'

/** What a person or an app wrote: it takes its own direction and changes nobody else's. */
export function BidiText({ children, className }: { children: ReactNode; className?: string }): ReactNode {
  return (
    <bdi dir="auto" className={className}>
      {children}
    </bdi>
  )
}
