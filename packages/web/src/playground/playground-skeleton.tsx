import type { ReactNode } from 'react'
import { Brand } from '../shell/brand.tsx'
import { LoadingRows } from '../ui/states.tsx'

/** The shape of the page until it is known what runs here. */
export function PlaygroundSkeleton(): ReactNode {
  return (
    <div className="flex h-dvh flex-col">
      <header className="flex min-h-14 items-center border-b border-line bg-paper px-4">
        <Brand />
      </header>
      <main className="grid min-h-0 grow gap-3 p-3 min-[1100px]:grid-cols-3">
        <div className="rounded-large border border-line bg-paper p-3">
          <LoadingRows />
        </div>
        <div className="hidden rounded-large border border-line bg-paper min-[1100px]:block" />
        <div className="hidden rounded-large border border-line bg-paper min-[1100px]:block" />
      </main>
    </div>
  )
}
