import { type ReactNode, useCallback, useId } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { ChoiceField, FilterBar, Pills } from '../frame/filter-bar.tsx'
import { LazyText } from '../frame/lazy-text.tsx'
import { deliveriesWords } from './words.ts'

export const DELIVERY_FILTERS = ['list', 'app', 'event_type', 'reason', 'from', 'to'] as const
export type DeliveryFilterValues = Readonly<Record<(typeof DELIVERY_FILTERS)[number], string>>

const EVENTS = [
  'NEW_MESSAGE',
  'NEW_CHATBOT_MESSAGE',
  'POST_UPDATE',
  'USER_ACCESS_REVOCATION',
  'CHAT_MESSAGE',
] as const

export interface DeliveryFiltersProps {
  filters: DeliveryFilterValues
  change: (changed: Partial<DeliveryFilterValues>) => void
}

export function DeliveryFilters({ filters, change }: DeliveryFiltersProps): ReactNode {
  const say = useWords(deliveriesWords)
  const changeApp = useCallback((app: string) => change({ app }), [change])
  const changeReason = useCallback((reason: string) => change({ reason }), [change])
  const isFiltered = DELIVERY_FILTERS.some((name) => name !== 'list' && filters[name] !== '')
  return (
    <FilterBar>
      <Pills
        label={say('list')}
        value={filters.list || 'dead'}
        onChange={(list) => change({ list: list === 'dead' ? '' : list, reason: '' })}
        options={(['dead', 'waiting'] as const).map((value) => ({ value, label: say(`lists.${value}`) }))}
      />
      <LazyText label={say('app')} placeholder={say('appHint')} value={filters.app} onChange={changeApp} />
      <ChoiceField
        label={say('event')}
        value={filters.event_type}
        onChange={(event_type) => change({ event_type })}
        options={[{ value: '', label: say('all') }, ...EVENTS.map((value) => ({ value, label: value }))]}
      />
      {filters.list !== 'waiting' && (
        <LazyText
          label={say('reason')}
          placeholder="status_400"
          value={filters.reason}
          onChange={changeReason}
        />
      )}
      <TimeField label={say('from')} value={filters.from} onChange={(from) => change({ from })} />
      <TimeField label={say('to')} value={filters.to} onChange={(to) => change({ to })} />
      {isFiltered && (
        <Button
          kind="quiet"
          onClick={() => change({ app: '', event_type: '', reason: '', from: '', to: '' })}
        >
          {say('clear')}
        </Button>
      )}
    </FilterBar>
  )
}

interface TimeFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
}

function TimeField({ label, value, onChange }: TimeFieldProps): ReactNode {
  const id = useId()
  return (
    <div className="grid gap-1 max-sm:grow">
      <label htmlFor={id} className="text-xs font-semibold text-soft">
        {label}
      </label>
      <TextInput
        id={id}
        type="datetime-local"
        dir="ltr"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}
