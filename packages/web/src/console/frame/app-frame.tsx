import { Link, Outlet, useParams } from '@tanstack/react-router'
import { createContext, type ReactNode, use, useEffect, useRef } from 'react'
import type { AppDetails, ListedApp } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { consoleWords } from '../words.ts'
import { AppStateChip } from './app-state-chip.tsx'
import { useApp, useApps } from './console-queries.ts'

const App = createContext<AppDetails | null>(null)

/** The app that the page is about. */
export function useThisApp(): AppDetails {
  const app = use(App)
  if (app === null) throw new Error('useThisApp is for pages below <AppFrame>')
  return app
}

const SECTIONS = [
  'overview',
  'settings',
  'credentials',
  'permissions',
  'touchpoints',
  'events',
  'replays',
  'subscriptions',
  'clicks',
  'usage',
  'endpoint',
  'alerts',
] as const

/** What all pages of one app share: which it is, and where else to look. */
export function AppFrame(): ReactNode {
  const { slug = '' } = useParams({ strict: false }) as { slug?: string }
  const app = useApp(slug)
  const apps = useApps()
  if (app.isError && app.data === undefined)
    return <ErrorState error={app.error} onRetry={() => void app.refetch()} />
  return (
    <main>
      <div className="mb-6 flex items-center gap-4">
        {app.data ? <Named app={app.data} /> : <Skeleton className="h-14 w-64" />}
      </div>
      <div className="gap-8 md:grid md:grid-cols-[12rem_minmax(0,1fr)]">
        <Sections slug={slug} listed={apps.data?.apps.find((each) => each.slug === slug)} />
        <div className="min-w-0">
          {app.data ? (
            <App value={app.data} key={slug}>
              <Outlet />
            </App>
          ) : (
            <Skeleton className="h-72 w-full" />
          )}
        </div>
      </div>
    </main>
  )
}

const Named = ({ app }: { app: AppDetails }): ReactNode => (
  <>
    <Avatar name={app.display_name} imageUrl={app.avatar_url} shape="app" size="large" />
    <div className="grid min-w-0 gap-1">
      <p className="truncate text-xl font-bold">
        <BidiText>{app.display_name}</BidiText>
      </p>
      <div className="flex flex-wrap items-center gap-2 text-sm text-soft">
        <code>{app.slug}</code>
        <AppStateChip app={app} />
      </div>
    </div>
  </>
)

interface SectionsProps {
  slug: string
  listed: ListedApp | undefined
}

function Sections({ slug, listed }: SectionsProps): ReactNode {
  const say = useWords(consoleWords)
  const list = useRef<HTMLUListElement>(null)
  // On a phone the line of links is longer than the screen.
  useEffect(() => {
    const here = list.current?.querySelector('[aria-current="page"]')
    here?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [])
  return (
    <nav aria-label={say('appSection')} className="md:sticky md:top-20 md:self-start">
      <ul
        ref={list}
        className="mb-5 flex gap-1 max-md:-mx-4 max-md:overflow-x-auto max-md:px-4 max-md:pb-1 md:mb-0 md:flex-col"
      >
        {SECTIONS.map((section) => (
          <li key={section}>
            <Link
              to={section === 'overview' ? '/console/apps/$slug' : `/console/apps/$slug/${section}`}
              params={{ slug } as never}
              activeOptions={{ exact: section === 'overview', includeSearch: false }}
              activeProps={{ className: 'bg-accent-soft !text-accent', 'aria-current': 'page' }}
              className="flex min-h-11 items-center justify-between gap-3 rounded-normal px-3 font-semibold whitespace-nowrap text-soft hover:bg-sunken hover:text-ink md:min-h-10"
            >
              {say(`sections.${section}`)}
              {section === 'alerts' && listed && <Unseen count={listed.unseen_alerts} />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Unseen({ count }: { count: number }): ReactNode {
  const format = useFormat()
  const say = useWords(consoleWords)
  if (count === 0) return null
  return (
    <span className="rounded-full bg-bad-soft px-2 text-xs font-bold text-bad">
      <span className="sr-only">{say('list.alerts', { count })}</span>
      <span aria-hidden="true">{format.number(count)}</span>
    </span>
  )
}
