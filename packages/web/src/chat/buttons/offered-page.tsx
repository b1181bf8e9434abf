import { lazy, type ReactNode, Suspense } from 'react'
import type { AppClicks } from './use-app-clicks.ts'

const PageOffer = lazy(() =>
  import('./page-offer.tsx').then(({ PageOffer: component }) => ({ default: component })),
)

export interface OfferedPageProps {
  clicks: Pick<AppClicks, 'offer' | 'closeOffer'>
  appName: string
}

/** The page that a press led to, where the browser did not let it open. */
export function OfferedPage({ clicks: { offer, closeOffer }, appName }: OfferedPageProps): ReactNode {
  if (offer === null) return null
  return (
    <Suspense>
      <PageOffer url={offer} appName={appName} onClose={closeOffer} />
    </Suspense>
  )
}
