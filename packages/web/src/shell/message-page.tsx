import type { ReactNode } from 'react'
import { Brand } from './brand.tsx'

/** A whole page that says one thing, with a way on. */
export function MessagePage({
  title,
  children,
  action,
}: {
  title: string
  children: ReactNode
  action?: ReactNode
}): ReactNode {
  return (
    <main className="grid min-h-full place-items-center p-6">
      <div className="grid max-w-sm justify-items-center gap-4 text-center">
        <Brand />
        <h1 className="text-2xl font-bold text-balance">{title}</h1>
        <div className="text-soft text-pretty">{children}</div>
        {action}
      </div>
    </main>
  )
}
