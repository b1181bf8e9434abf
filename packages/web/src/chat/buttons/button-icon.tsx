import { lazy, type ReactNode, Suspense } from 'react'

const KnownIcon = lazy(() => import('./icon-set.tsx').then(({ KnownIcon: icon }) => ({ default: icon })))

/** The icon that an app named, in the room that is kept for it. */
export function ButtonIcon({ name }: { name: string }): ReactNode {
  return (
    <span aria-hidden="true" className="grid size-4 shrink-0 place-items-center">
      <Suspense>
        <KnownIcon name={name} />
      </Suspense>
    </span>
  )
}
