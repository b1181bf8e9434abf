import type { ReactNode } from 'react'
import type { LimitWindow, Usage } from '../../api/console/console-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { Panel } from '../../ui/panel.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useConsoleData } from '../frame/console-queries.ts'
import { consoleWords } from '../words.ts'
import { CallsChart, DeliveriesChart } from './usage-charts.tsx'
import { usageWords } from './words.ts'

const FILTERS = ['by'] as const
const LOOK_AGAIN_MS = 15_000

export function UsagePage(): ReactNode {
  const say = useWords(usageWords)
  const sayConsole = useWords(consoleWords)
  const { slug } = useThisApp()
  const [filters, change] = useFilters(FILTERS)
  const by = filters.by === 'day' ? 'day' : 'hour'
  const { data, error, refetch } = useConsoleData<Usage>(appPath(slug, '/usage'), {
    query: { by },
    every: () => LOOK_AGAIN_MS,
  })
  return (
    <div className="grid gap-6">
      <PageHead title={sayConsole('sections.usage')} description={say('text')} />
      {data ? (
        <Panel title={say('limits')}>
          <div className="grid gap-6 sm:grid-cols-2">
            <LimitBar title={say('minute')} window={data.limits.per_minute} />
            <LimitBar title={say('today')} window={data.limits.per_day} />
          </div>
        </Panel>
      ) : (
        error === null && <Skeleton className="h-32 rounded-large" />
      )}
      <fieldset className="flex gap-1 justify-self-start rounded-normal bg-sunken p-1">
        <legend className="sr-only">{say('by')}</legend>
        {(['hour', 'day'] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={by === each}
            onClick={() => change({ by: each })}
            className={classNames(
              'min-h-11 rounded-small px-4 font-semibold',
              by === each ? 'bg-paper shadow-raised' : 'text-soft hover:text-ink',
            )}
          >
            {say(each)}
          </button>
        ))}
      </fieldset>
      {data ? (
        <>
          <Card>
            <CallsChart usage={data} />
          </Card>
          <Card>
            <DeliveriesChart usage={data} />
          </Card>
        </>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-80 rounded-large" />
      )}
    </div>
  )
}

const Card = ({ children }: { children: ReactNode }): ReactNode => (
  <div className="min-w-0 rounded-large border border-line bg-paper p-5 sm:p-6">{children}</div>
)

const NEAR = 0.8

export function LimitBar({ title, window }: { title: string; window: LimitWindow }): ReactNode {
  const say = useWords(usageWords)
  const format = useFormat()
  const { limit, used, resets_at, is_default } = window
  if (limit === null)
    return (
      <div className="grid gap-1">
        <p className="text-sm font-semibold">{title}</p>
        <p className="text-sm text-soft">{say('noLimit')}</p>
      </div>
    )
  const share = (used ?? 0) / limit
  return (
    <div className="grid content-start gap-1.5">
      <Progress
        label={title}
        share={share}
        tone={share >= 1 ? 'bad' : share >= NEAR ? 'warn' : 'accent'}
        value={say('used', { used: used ?? 0, limit })}
      />
      <p className="text-sm text-soft">
        {say('resets', { when: format.time(resets_at) })}
        {!is_default && ` · ${say('own')}`}
      </p>
    </div>
  )
}
