import { Link } from '@tanstack/react-router'
import { Boxes, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ListedApp } from '../../api/console/console-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { AppStateChip } from '../frame/app-state-chip.tsx'
import { useApps } from '../frame/console-queries.ts'
import { consoleWords } from '../words.ts'

export function AppsPage(): ReactNode {
  const say = useWords(consoleWords)
  const { data, error, refetch } = useApps()
  return (
    <main className="grid gap-6">
      <PageHead title={say('myApps')} actions={data && data.apps.length > 0 && <NewAppLink />} />
      {data ? (
        data.apps.length === 0 ? (
          <div className="rounded-large border border-line bg-paper">
            <EmptyState icon={<Boxes />} title={say('list.emptyTitle')} action={<NewAppLink />}>
              {say('list.emptyText')}
            </EmptyState>
          </div>
        ) : (
          <ul className="grid gap-4 *:min-w-0 sm:grid-cols-2 lg:grid-cols-3">
            {data.apps.map((app) => (
              <li key={app.slug}>
                <AppCard app={app} />
              </li>
            ))}
          </ul>
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {['a', 'b', 'c'].map((key) => (
            <Skeleton key={key} className="h-40 rounded-large" />
          ))}
        </div>
      )}
    </main>
  )
}

function NewAppLink(): ReactNode {
  const say = useWords(consoleWords)
  return (
    <Link
      to="/console/new"
      className="inline-flex min-h-11 items-center gap-2 rounded-normal bg-accent px-4 font-semibold text-on-accent hover:bg-accent-strong"
    >
      <Plus aria-hidden="true" className="size-4" />
      {say('list.newApp')}
    </Link>
  )
}

function AppCard({ app }: { app: ListedApp }): ReactNode {
  const say = useWords(consoleWords)
  const format = useFormat()
  return (
    <article className="relative grid h-full min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4 rounded-large border border-line bg-paper p-5 transition-colors hover:border-line-strong">
      <div className="flex items-center gap-3">
        <Avatar name={app.display_name} imageUrl={app.avatar_url} shape="app" />
        <div className="min-w-0">
          <h2 className="truncate font-semibold">
            <Link
              to="/console/apps/$slug"
              params={{ slug: app.slug } as never}
              className="after:absolute after:inset-0 after:rounded-large focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
            >
              <BidiText>{app.display_name}</BidiText>
            </Link>
          </h2>
          <p className="truncate text-sm text-soft">
            <code>{app.slug}</code>
          </p>
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        <AppStateChip app={app} />
        {app.unseen_alerts > 0 && <Chip tone="bad">{say('list.alerts', { count: app.unseen_alerts })}</Chip>}
      </div>
      <p className="text-sm text-soft">{say('list.changed', { when: format.ago(app.updated_at) })}</p>
    </article>
  )
}
