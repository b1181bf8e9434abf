import { PartyPopper, SearchX } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { ListedDelivery } from '../../api/operator/operator-shapes.ts'
import { ListPanel } from '../../desk/list-panel.tsx'
import { PageHead } from '../../desk/page-head.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { usePages } from '../frame/operator-queries.ts'
import { RowLink } from '../frame/row-link.tsx'
import { DELIVERY_FILTERS, DeliveryFilters } from './delivery-filters.tsx'
import { DeliveryStateChip, ReasonLink } from './delivery-state-chip.tsx'
import { instantOf } from './local-time.ts'
import { OpenReplays } from './open-replays.tsx'
import { StartReplay } from './start-replay.tsx'
import { deliveriesWords } from './words.ts'

/** Dead and waiting deliveries of all apps, and sending dead ones again. */
export function DeliveriesPage(): ReactNode {
  const say = useWords(deliveriesWords)
  const [filters, change] = useFilters(DELIVERY_FILTERS)
  const query = useMemo(
    () => ({ ...filters, from: instantOf(filters.from), to: instantOf(filters.to) }),
    [filters],
  )
  const pages = usePages<'deliveries', ListedDelivery>('/deliveries', query)
  const isWaiting = filters.list === 'waiting'
  const isFiltered = DELIVERY_FILTERS.some((name) => name !== 'list' && filters[name] !== '')
  const empty = isFiltered ? 'emptyFiltered' : isWaiting ? 'emptyWaiting' : 'emptyDead'
  const hasDead = !isWaiting && (pages.data?.pages.some((page) => page.deliveries.length > 0) ?? false)
  return (
    <>
      <PageHead
        title={say('title')}
        description={say('text')}
        actions={hasDead && <StartReplay query={query} />}
      />
      <OpenReplays />
      <DeliveryFilters filters={filters} change={change} />
      <ListPanel
        pages={pages}
        name="deliveries"
        caption={say('title')}
        columns={useColumns(isWaiting)}
        rowKey={({ id }) => id}
        empty={{
          icon: isFiltered ? <SearchX /> : <PartyPopper />,
          title: say(empty),
          text: say(`${empty}Text`),
        }}
      />
    </>
  )
}

function useColumns(isWaiting: boolean): Column<ListedDelivery>[] {
  const say = useWords(deliveriesWords)
  const format = useFormat()
  const outcome: Column<ListedDelivery> = isWaiting
    ? {
        key: 'next',
        title: say('next'),
        className: 'whitespace-nowrap',
        cell: ({ next_attempt_at: next }) => (next ? format.dateTime(next) : '–'),
      }
    : {
        key: 'reason',
        title: say('reason'),
        cell: ({ reason, help }) => <ReasonLink reason={reason} help={help} />,
      }
  return [
    {
      key: 'delivery',
      title: say('delivery'),
      leads: true,
      cell: (delivery) => (
        <div className="min-w-0">
          <RowLink to="/operator/deliveries/$id" params={{ id: delivery.id }}>
            <code className="text-sm break-all">{delivery.event_type}</code>
          </RowLink>
          <p className="text-sm text-soft">
            {say('number', { id: delivery.id })}
            {delivery.replay && ` · ${say('replayMark')}`}
          </p>
        </div>
      ),
    },
    {
      key: 'app',
      title: say('app'),
      cell: ({ app }) => (
        <RowLink to="/operator/apps/$slug" params={{ slug: app.slug }}>
          <BidiText>{app.display_name}</BidiText>
        </RowLink>
      ),
    },
    { key: 'state', title: say('state'), cell: ({ state }) => <DeliveryStateChip state={state} /> },
    outcome,
    {
      key: 'attempts',
      title: say('attempts'),
      className: 'tabular-nums',
      cell: (delivery) => format.number(delivery.attempts_made),
    },
    {
      key: 'made',
      title: say('made'),
      className: 'text-soft whitespace-nowrap',
      cell: (delivery) => format.dateTime(delivery.created_at),
    },
  ]
}
