import { Boxes, Gauge, History, type LucideIcon, Repeat2, UserCog } from 'lucide-react'
import type { ReactNode } from 'react'
import { OPERATOR_ACTIONS, type OperatorAction } from '../../api/operator/operator-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { ChoiceField, FilterBar } from '../frame/filter-bar.tsx'
import { usePages } from '../frame/operator-queries.ts'
import { Loaded } from '../frame/page-parts.tsx'
import { operatorWords } from '../words.ts'
import { BeforeAfter } from './before-after.tsx'
import { useActionSentence } from './use-action-sentence.ts'
import { historyWords } from './words.ts'

const FILTERS = ['action', 'app', 'user', 'operator'] as const

/** Who changed what, and how it was before. */
export function HistoryPage(): ReactNode {
  const say = useWords(historyWords)
  const sayAll = useWords(operatorWords)
  const [filters, change] = useFilters(FILTERS)
  const pages = usePages<'actions', OperatorAction>('/actions', filters)
  const about = filters.app || filters.user
  return (
    <>
      <PageHead title={say('title')} description={say('text')} />
      <FilterBar>
        <ChoiceField
          label={say('action')}
          value={filters.action}
          onChange={(action) => change({ action })}
          options={[
            { value: '', label: sayAll('all') },
            ...OPERATOR_ACTIONS.map((value) => ({ value, label: say(`actions.${value}`) })),
          ]}
        />
        {(about || filters.operator) && (
          <Button onClick={() => change({ app: '', user: '', operator: '' })}>
            {about ? say('only', { name: about }) : say('onlyBy', { name: filters.operator })} ·{' '}
            {say('showAll')}
          </Button>
        )}
      </FilterBar>
      <Loaded query={pages}>
        {(data) => {
          const actions = data.pages.flatMap((page) => page.actions)
          return (
            <div className="rounded-large border border-line bg-paper">
              {actions.length === 0 ? (
                <EmptyState icon={<History />} title={say('empty')}>
                  {say('emptyText')}
                </EmptyState>
              ) : (
                <ol className="divide-y divide-line">
                  {actions.map((action) => (
                    <li key={action.id}>
                      <Entry action={action} />
                    </li>
                  ))}
                </ol>
              )}
              <LoadMore
                has={pages.hasNextPage}
                busy={pages.isFetchingNextPage}
                onMore={() => void pages.fetchNextPage()}
              />
            </div>
          )
        }}
      </Loaded>
    </>
  )
}

const ICONS: Readonly<Record<OperatorAction['action'], LucideIcon>> = {
  decide_app: Boxes,
  limit_app: Gauge,
  change_user: UserCog,
  start_replay: Repeat2,
  pause_replay: Repeat2,
  resume_replay: Repeat2,
  cancel_replay: Repeat2,
}

function Entry({ action }: { action: OperatorAction }): ReactNode {
  const format = useFormat()
  const sentence = useActionSentence()
  const Icon = ICONS[action.action]
  return (
    <div className="flex gap-3 p-4 sm:gap-4 sm:px-6">
      <span
        aria-hidden="true"
        className="grid size-10 shrink-0 place-items-center rounded-full bg-sunken text-soft"
      >
        <Icon className="size-4.5" />
      </span>
      <div className="grid min-w-0 grow gap-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="min-w-0 font-semibold break-words">{sentence(action)}</p>
          <time
            dateTime={action.at}
            title={format.dateTime(action.at)}
            className="shrink-0 text-sm text-soft"
          >
            {format.ago(action.at)}
          </time>
        </div>
        <BeforeAfter action={action} />
      </div>
    </div>
  )
}
