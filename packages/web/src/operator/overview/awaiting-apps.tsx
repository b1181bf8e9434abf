import { CircleCheckBig } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ListedApp } from '../../api/operator/operator-shapes.ts'
import type { Page } from '../../desk/surface-queries.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useOperatorData } from '../frame/operator-queries.ts'
import { RowLink } from '../frame/row-link.tsx'
import { overviewWords } from './words.ts'

const SHOWN = 6

/** Who waits for an answer, the longest first. */
export function AwaitingApps(): ReactNode {
  const say = useWords(overviewWords)
  const apps = useOperatorData<Page<'apps', ListedApp>>('/apps?state=awaiting')
  return (
    <Panel title={say('awaiting')} actions={<RowLink to="/operator/apps">{say('allApps')}</RowLink>}>
      {apps.data ? (
        apps.data.apps.length === 0 ? (
          <EmptyState icon={<CircleCheckBig />} title={say('nobodyWaits')}>
            {say('nobodyWaitsText')}
          </EmptyState>
        ) : (
          <ul className="-mx-2 grid">
            {longestFirst(apps.data.apps)
              .slice(0, SHOWN)
              .map((app) => (
                <li key={app.slug}>
                  <Row app={app} />
                </li>
              ))}
          </ul>
        )
      ) : apps.isError ? (
        <ErrorState error={apps.error} onRetry={() => void apps.refetch()} />
      ) : (
        <LoadingRows count={3} />
      )}
    </Panel>
  )
}

const longestFirst = (apps: readonly ListedApp[]): ListedApp[] =>
  [...apps].sort((a, b) => (a.submitted_at ?? '').localeCompare(b.submitted_at ?? ''))

function Row({ app }: { app: ListedApp }): ReactNode {
  const say = useWords(overviewWords)
  const format = useFormat()
  return (
    <div className="flex items-center gap-3 rounded-normal p-2">
      <Avatar name={app.display_name} imageUrl={app.avatar_url} shape="app" />
      <div className="min-w-0 grow">
        <p className="truncate">
          <RowLink to="/operator/apps/$slug" params={{ slug: app.slug }}>
            <BidiText>{app.display_name}</BidiText>
          </RowLink>
        </p>
        <p className="truncate text-sm text-soft">
          {say('by', { name: app.owner.name || app.owner.host_id })}
        </p>
      </div>
      {app.submitted_at && (
        <p className="shrink-0 text-sm text-soft">
          {say('submitted', { when: format.ago(app.submitted_at) })}
        </p>
      )}
    </div>
  )
}
