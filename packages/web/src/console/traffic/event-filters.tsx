import { ChevronDown, SlidersHorizontal, X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { DELIVERY_STATES, EVENT_TYPES } from '../../api/console/console-shapes.ts'
import type { Filters } from '../../desk/use-filters.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { consoleWords } from '../words.ts'
import { isConversationId, isWebhookId, localTime, momentOf } from './event-query.ts'
import { trafficWords } from './words.ts'

export const EVENT_FILTERS = ['state', 'event_type', 'conversation_id', 'webhook_id', 'from', 'to'] as const
export type EventFilters = Filters<(typeof EVENT_FILTERS)[number]>

export interface EventFiltersProps {
  filters: EventFilters
  onChange: (changed: Partial<EventFilters>) => void
}

export function EventFiltersForm({ filters, onChange }: EventFiltersProps): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  const isAny = EVENT_FILTERS.some((name) => filters[name] !== '')
  // On a phone six fields would push the list out of sight.
  const [isOpen] = useState(() => isAny || matchMedia('(min-width: 48rem)').matches)
  return (
    <details open={isOpen} className="group rounded-large border border-line bg-paper">
      <summary className="flex min-h-12 cursor-pointer items-center gap-3 px-5 font-semibold marker:content-none sm:px-6">
        <SlidersHorizontal aria-hidden="true" className="size-4 text-soft" />
        {say('filters')}
        <ChevronDown
          aria-hidden="true"
          className="ms-auto size-4 text-soft transition-transform group-open:rotate-180"
        />
      </summary>
      <search
        aria-label={say('filters')}
        className="grid gap-4 px-5 pt-1 pb-5 sm:grid-cols-2 sm:px-6 xl:grid-cols-3"
      >
        <SelectField
          label={say('state')}
          value={filters.state}
          onChange={(state) => onChange({ state })}
          options={[
            { value: '', label: sayConsole('all') },
            ...DELIVERY_STATES.map((value) => ({ value, label: say(`states.${value}`) })),
          ]}
        />
        <EventTypeField value={filters.event_type} onChange={(event_type) => onChange({ event_type })} />
        <IdFilter
          label={say('conversation')}
          placeholder="0190…"
          value={filters.conversation_id}
          isValid={isConversationId}
          onChange={(conversation_id) => onChange({ conversation_id })}
        />
        <IdFilter
          label={say('webhook')}
          placeholder="evt_…"
          value={filters.webhook_id}
          isValid={isWebhookId}
          onChange={(webhook_id) => onChange({ webhook_id })}
        />
        <TimeFilter label={say('from')} value={filters.from} onChange={(from) => onChange({ from })} />
        <TimeFilter label={say('to')} value={filters.to} onChange={(to) => onChange({ to })} />
        {isAny && (
          <div className="sm:col-span-2 xl:col-span-3">
            <Button
              size="small"
              kind="quiet"
              icon={<X className="size-4" />}
              onClick={() =>
                onChange({ state: '', event_type: '', conversation_id: '', webhook_id: '', from: '', to: '' })
              }
            >
              {say('clear')}
            </Button>
          </div>
        )}
      </search>
    </details>
  )
}

interface IdFilterProps {
  label: string
  placeholder: string
  value: string
  isValid: (text: string) => boolean
  onChange: (value: string) => void
}

/** Filters once it is an id, and when it is emptied. */
function IdFilter({ label, placeholder, value, isValid, onChange }: IdFilterProps): ReactNode {
  const say = useWords(trafficWords)
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  return (
    <Field label={label} error={text !== '' && !isValid(text) ? say('wrong') : undefined}>
      {(control) => (
        <TextInput
          {...control}
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            const next = event.target.value.trim()
            setText(next)
            if (next === '' || isValid(next)) onChange(next)
          }}
        />
      )}
    </Field>
  )
}

interface TimeFilterProps {
  label: string
  /** RFC 3339, or empty. */
  value: string
  onChange: (value: string) => void
}

export function TimeFilter({ label, value, onChange }: TimeFilterProps): ReactNode {
  const id = useId()
  return (
    <div className="grid min-w-0 gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      <TextInput
        id={id}
        dir="ltr"
        type="datetime-local"
        className="min-w-0"
        value={localTime(value)}
        onChange={(event) => onChange(momentOf(event.target.value))}
      />
    </div>
  )
}

export function EventTypeField({ value, onChange }: Pick<TimeFilterProps, 'value' | 'onChange'>): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  return (
    <SelectField
      label={say('type')}
      value={value}
      onChange={onChange}
      options={[
        { value: '', label: sayConsole('all') },
        ...EVENT_TYPES.map((type) => ({ value: type, label: say(`types.${type}`) })),
      ]}
    />
  )
}
