import { Link } from '@tanstack/react-router'
import { Inbox, RefreshCw, Repeat } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import type { Delivery } from '../../api/console/console-shapes.ts'
import { ListPanel } from '../../desk/list-panel.tsx'
import { PageHead } from '../../desk/page-head.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, usePages } from '../frame/console-queries.ts'
import { consoleWords } from '../words.ts'
import { EVENT_FILTERS, EventFiltersForm } from './event-filters.tsx'
import { EventName } from './event-name.tsx'
import { ReasonLine } from './reason-line.tsx'
import { StartReplayDialog } from './start-replay-dialog.tsx'
import { StateChip } from './state-chip.tsx'
import { trafficWords } from './words.ts'

export function EventsPage(): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  const { slug } = useThisApp()
  const [filters, change] = useFilters(EVENT_FILTERS)
  const pages = usePages<'deliveries', Delivery>(appPath(slug, '/deliveries'), filters)
  const [isReplaying, setReplaying] = useState(false)
  const cannotReplay = useId()
  // A replay takes what is finished: of another state it would have to drop the filter, and send what is not listed.
  const isOfReplayed = ['', 'delivered', 'dead'].includes(filters.state)
  const isAnyListed = pages.data?.pages.some(({ deliveries }) => deliveries.length > 0) ?? false
  const canReplay = isOfReplayed && isAnyListed
  const isFiltered = EVENT_FILTERS.some((name) => filters[name] !== '')
  return (
    <div className="grid gap-6">
      <PageHead
        title={sayConsole('sections.events')}
        description={say('eventsText')}
        actions={
          <>
            <Button
              icon={<RefreshCw className="size-4" />}
              busy={pages.isRefetching}
              onClick={() => void pages.refetch()}
            >
              {say('refresh')}
            </Button>
            <Button
              icon={<Repeat className="size-4" />}
              aria-disabled={!canReplay}
              aria-describedby={isOfReplayed ? undefined : cannotReplay}
              onClick={() => canReplay && setReplaying(true)}
            >
              {say('replayThese')}
            </Button>
          </>
        }
      />
      <EventFiltersForm filters={filters} onChange={change} />
      {!isOfReplayed && (
        <p id={cannotReplay} className="text-sm text-soft">
          {say('cannotReplay')}
        </p>
      )}
      <ListPanel
        pages={pages}
        name="deliveries"
        caption={sayConsole('sections.events')}
        columns={useColumns(slug)}
        rowKey={({ id }) => id}
        empty={
          isFiltered
            ? { title: say('nothingFound') }
            : { icon: <Inbox />, title: say('nothing'), text: say('nothingText') }
        }
      />
      {isReplaying && <StartReplayDialog first={filters} onClose={() => setReplaying(false)} />}
    </div>
  )
}

function useColumns(slug: string): Column<Delivery>[] {
  const say = useWords(trafficWords)
  const format = useFormat()
  return [
    {
      key: 'event',
      title: say('event'),
      leads: true,
      cell: ({ id, event_type, webhook_id }) => (
        <div className="grid">
          <Link
            to="/console/apps/$slug/events/$id"
            params={{ slug, id } as never}
            className="font-semibold text-accent underline-offset-4 hover:underline max-md:min-h-8"
          >
            <EventName type={event_type} />
          </Link>
          <code className="max-w-44 justify-self-start truncate text-xs text-soft" title={webhook_id}>
            {webhook_id}
          </code>
        </div>
      ),
    },
    { key: 'state', title: say('state'), cell: (delivery) => <StateChip delivery={delivery} /> },
    {
      key: 'reason',
      title: say('reason'),
      cell: ({ reason, help }) => <ReasonLine reason={reason} help={help} />,
    },
    {
      key: 'attempts',
      title: say('attempts'),
      cell: ({ attempts_made }) => format.number(attempts_made),
    },
    {
      key: 'made',
      title: say('made'),
      cell: ({ created_at }) => (
        <time dateTime={created_at} title={format.dateTime(created_at)} className="whitespace-nowrap">
          {format.dateTime(created_at)}
        </time>
      ),
    },
  ]
}
