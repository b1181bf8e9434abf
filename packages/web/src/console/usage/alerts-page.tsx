import { BellOff, Check } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Alert } from '../../api/console/console-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { PagedList } from '../../desk/paged-list.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { SelectField } from '../../ui/select-field.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange, usePages } from '../frame/console-queries.ts'
import { consoleWords } from '../words.ts'
import { SectionLink } from './endpoint-page.tsx'
import { usageWords } from './words.ts'

const FILTERS = ['seen'] as const

export function AlertsPage(): ReactNode {
  const say = useWords(usageWords)
  const sayConsole = useWords(consoleWords)
  const { slug } = useThisApp()
  const [filters, change] = useFilters(FILTERS)
  const pages = usePages<'alerts', Alert>(appPath(slug, '/alerts'), filters)
  return (
    <div className="grid gap-6">
      <PageHead title={sayConsole('sections.alerts')} description={say('alertsText')} />
      <div className="max-w-60">
        <SelectField
          label={sayConsole('sections.alerts')}
          value={filters.seen}
          onChange={(seen) => change({ seen })}
          options={[
            { value: '', label: sayConsole('all') },
            { value: 'false', label: say('unseen') },
            { value: 'true', label: say('seen') },
          ]}
        />
      </div>
      <PagedList
        pages={pages}
        name="alerts"
        empty={{ icon: <BellOff />, title: say('noAlerts'), text: say('noAlertsText') }}
      >
        {(rows) => (
          <ul className="grid gap-3">
            {rows.map((alert) => (
              <li key={alert.id}>
                <AlertCard alert={alert} slug={slug} />
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </div>
  )
}

function AlertCard({ alert, slug }: { alert: Alert; slug: string }): ReactNode {
  const say = useWords(usageWords)
  const sayUi = useWords(uiWords)
  const format = useFormat()
  const toast = useToast()
  const see = useChange<Alert>()
  const isAboutEndpoint = alert.quota === null
  return (
    <article className="grid gap-3 rounded-large border border-line bg-paper p-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="grid min-w-0 gap-1">
          <h2 className="font-semibold">{say(`alerts.${alert.kind}`)}</h2>
          <p className="max-w-prose text-soft">{say(`alertTexts.${alert.kind}`)}</p>
        </div>
        {alert.seen_at === null && <Chip tone="bad">{say('unseen')}</Chip>}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-soft">
        <time dateTime={alert.created_at}>{format.dateTime(alert.created_at)}</time>
        {alert.url !== null && <code className="break-all">{alert.url}</code>}
        {alert.quota && <span>{say('quota', { used: alert.quota.used, limit: alert.quota.limit })}</span>}
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <SectionLink
          slug={slug}
          section={isAboutEndpoint ? 'endpoint' : 'usage'}
          text={say(isAboutEndpoint ? 'toEndpoint' : 'toUsage')}
        />
        {alert.seen_at === null && (
          <Button
            size="small"
            className="max-md:min-h-11"
            icon={<Check className="size-4" />}
            busy={see.isPending}
            onClick={() =>
              see.mutate(
                { method: 'POST', path: appPath(slug, `/alerts/${alert.id}/seen`) },
                { onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }) },
              )
            }
          >
            {say('see')}
          </Button>
        )}
      </div>
    </article>
  )
}
