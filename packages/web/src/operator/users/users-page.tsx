import { UserX } from 'lucide-react'
import { type ReactNode, useCallback } from 'react'
import { type ListedUser, USER_FLAGS } from '../../api/operator/operator-shapes.ts'
import { ListPanel } from '../../desk/list-panel.tsx'
import { PageHead } from '../../desk/page-head.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { FilterBar, Pills, SearchField } from '../frame/filter-bar.tsx'
import { usePages } from '../frame/operator-queries.ts'
import { RowLink } from '../frame/row-link.tsx'
import { operatorWords } from '../words.ts'
import { FlagChips } from './flag-chips.tsx'
import { usersWords } from './words.ts'

const FILTERS = ['q', 'flag'] as const

export function UsersPage(): ReactNode {
  const say = useWords(usersWords)
  const sayAll = useWords(operatorWords)
  const [filters, change] = useFilters(FILTERS)
  const search = useCallback((q: string) => change({ q }), [change])
  const pages = usePages<'users', ListedUser>('/users', filters)
  return (
    <>
      <PageHead title={say('title')} description={say('text')} />
      <FilterBar>
        <Pills
          label={say('flag')}
          value={filters.flag}
          onChange={(flag) => change({ flag })}
          options={[
            { value: '', label: sayAll('all') },
            ...USER_FLAGS.map((value) => ({ value, label: say(`flags.${value}`) })),
          ]}
        />
        <SearchField label={say('search')} value={filters.q} onChange={search} />
      </FilterBar>
      <ListPanel
        pages={pages}
        name="users"
        caption={say('title')}
        columns={useColumns()}
        rowKey={(user) => user.host_id}
        empty={{ icon: <UserX />, title: say('empty'), text: say('emptyText') }}
      />
    </>
  )
}

function useColumns(): Column<ListedUser>[] {
  const say = useWords(usersWords)
  const format = useFormat()
  return [
    {
      key: 'name',
      title: say('name'),
      leads: true,
      cell: (user) => (
        <div className="flex min-w-0 items-center gap-3">
          <Avatar name={user.name || user.host_id} />
          <div className="min-w-0">
            <p className="truncate">
              <RowLink to="/operator/users/$hostId" params={{ hostId: user.host_id }}>
                <BidiText>{user.name || say('noName')}</BidiText>
              </RowLink>
            </p>
            <code className="block truncate text-start text-sm text-soft">{user.host_id}</code>
          </div>
        </div>
      ),
    },
    {
      key: 'phone',
      title: say('phone'),
      className: 'whitespace-nowrap',
      cell: ({ phone }) => (phone ? <bdi dir="ltr">{phone}</bdi> : <span className="text-soft">–</span>),
    },
    { key: 'marks', title: say('marks'), cell: (user) => <FlagChips user={user} /> },
    {
      key: 'since',
      title: say('since'),
      className: 'text-soft whitespace-nowrap',
      cell: (user) => format.date(user.created_at),
    },
  ]
}
