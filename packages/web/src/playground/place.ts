import { useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

export const PANELS = ['story', 'compose', 'faults'] as const
export type Panel = (typeof PANELS)[number]

export const DRAWERS = ['consents', 'app', 'new-app', 'snapshots'] as const
export type Drawer = (typeof DRAWERS)[number]

export const VIEWS = ['buyer', 'seller', ...PANELS] as const
/** What a narrow window shows, one at a time. */
export type View = (typeof VIEWS)[number]

/** What the playground shows, kept in the address, so that it can be reloaded, gone back to and handed on. */
export interface Place {
  conversation: string | null
  app: string | null
  message: string | null
  panel: Panel
  view: View
  drawer: Drawer | null
}

export const isPanel = (view: View): view is Panel => (PANELS as readonly View[]).includes(view)

const oneOf = <T extends string>(allowed: readonly T[], value: unknown): T | null =>
  allowed.find((each) => each === value) ?? null

const text = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null

export function readPlace(search: Readonly<Record<string, unknown>>): Place {
  const panel = oneOf(PANELS, search.panel) ?? 'story'
  return {
    conversation: text(search.conversation),
    app: text(search.app),
    message: text(search.message),
    panel,
    view: oneOf(VIEWS, search.view) ?? 'buyer',
    drawer: oneOf(DRAWERS, search.drawer),
  }
}

/** The query of a place: what is as it would be without is left out. */
export function writePlace(place: Place): Record<string, string> {
  const said: Record<string, string | null> = {
    conversation: place.conversation,
    app: place.app,
    message: place.message,
    panel: place.panel === 'story' ? null : place.panel,
    view: place.view === 'buyer' ? null : place.view,
    drawer: place.drawer,
  }
  return Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}

export type Go = (change: Partial<Place>) => void

export function usePlace(): [place: Place, go: Go] {
  const search = useLocation({ select: (location) => location.search as Record<string, unknown> })
  const navigate = useNavigate()
  const place = useMemo(() => readPlace(search), [search])
  const go = useCallback<Go>(
    (change) =>
      void navigate({
        to: '/',
        search: (before: Record<string, unknown>) => writePlace({ ...readPlace(before), ...change }),
        replace: true,
      }),
    [navigate],
  )
  return [place, go]
}
