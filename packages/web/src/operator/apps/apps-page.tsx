import { Boxes } from 'lucide-react'
import { type ReactNode, useCallback } from 'react'
import type { ListedApp } from '../../api/operator/operator-shapes.ts'
import { ListPanel } from '../../desk/list-panel.tsx'
import { PageHead } from '../../desk/page-head.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { AppStateChip } from '../frame/app-state-chip.tsx'
import { FilterBar, Pills, SearchField } from '../frame/filter-bar.tsx'
import { usePages } from '../frame/operator-queries.ts'
import { PersonLink } from '../frame/person-link.tsx'
import { RowLink } from '../frame/row-link.tsx'
import { operatorWords } from '../words.ts'
import { appsWords } from './words.ts'

const FILTERS = ['state', 'q', 'owner'] as const
const STATES = ['awaiting', 'approved', 'development', 'withdrawn'] as const

export function AppsPage(): ReactNode {
  const say = useWords(appsWords)
  const sayAll = useWords(operatorWords)
  const [filters, change] = useFilters(FILTERS)
  const search = useCallback((q: string) => change({ q }), [change])
  const pages = usePages<'apps', ListedApp>('/apps', filters)
  const isAwaiting = filters.state === 'awaiting' && filters.q === ''
  return (
    <>
      <PageHead title={say('title')} description={say('text')} />
      <FilterBar>
        <Pills
          label={say('state')}
          value={filters.state}
          onChange={(state) => change({ state })}
          options={[
            { value: '', label: sayAll('all') },
            ...STATES.map((value) => ({ value, label: sayAll(`appState.${value}`) })),
          ]}
        />
        <SearchField label={say('search')} value={filters.q} onChange={search} />
        {filters.owner !== '' && (
          <Button onClick={() => change({ owner: '' })}>
            {say('owner', { owner: filters.owner })} · {say('ownerAll')}
          </Button>
        )}
      </FilterBar>
      <ListPanel
        pages={pages}
        name="apps"
        caption={say('title')}
        columns={useColumns()}
        rowKey={({ slug }) => slug}
        empty={{
          icon: <Boxes />,
          title: say(isAwaiting ? 'emptyAwaiting' : 'empty'),
          text: say(isAwaiting ? 'emptyAwaitingText' : 'emptyText'),
        }}
      />
    </>
  )
}

function useColumns(): Column<ListedApp>[] {
  const say = useWords(appsWords)
  const format = useFormat()
  return [
    {
      key: 'app',
      title: say('app'),
      leads: true,
      cell: (app) => (
        <div className="flex min-w-0 items-center gap-3">
          <Avatar name={app.display_name} imageUrl={app.avatar_url} shape="app" />
          <div className="min-w-0">
            <p className="truncate">
              <RowLink to="/operator/apps/$slug" params={{ slug: app.slug }}>
                <BidiText>{app.display_name}</BidiText>
              </RowLink>
            </p>
            <code className="block truncate text-start text-sm text-soft">{app.slug}</code>
          </div>
        </div>
      ),
    },
    { key: 'state', title: say('stateTitle'), cell: (app) => <AppStateChip state={app.state} /> },
    { key: 'developer', title: say('developer'), cell: (app) => <PersonLink person={app.owner} /> },
    {
      key: 'asks',
      title: say('asks'),
      cell: ({ scopes, permissions }) =>
        say('asksOf', {
          approved: scopes.approved + permissions.approved,
          asked: scopes.asked + permissions.asked,
        }),
    },
    {
      key: 'since',
      title: say('since'),
      className: 'text-soft whitespace-nowrap',
      cell: (app) => format.date(app.submitted_at ?? app.created_at),
    },
  ]
}
