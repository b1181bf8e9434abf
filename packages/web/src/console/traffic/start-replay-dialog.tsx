import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { Replay } from '../../api/console/console-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { SelectField } from '../../ui/select-field.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange } from '../frame/console-queries.ts'
import { type EventFilters, EventTypeField, TimeFilter } from './event-filters.tsx'
import { useFilterParts } from './filter-parts.tsx'
import { trafficWords } from './words.ts'

export interface StartReplayDialogProps {
  /** What the list is narrowed by. Conversation and event are not asked for here, but kept to. */
  first?: EventFilters
  onClose: () => void
}

const NO_FILTER: EventFilters = {
  state: '',
  event_type: '',
  conversation_id: '',
  webhook_id: '',
  from: '',
  to: '',
}

/** Sends finished events once more, by a filter. */
export function StartReplayDialog({ first = NO_FILTER, onClose }: StartReplayDialogProps): ReactNode {
  const say = useWords(trafficWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const navigate = useNavigate()
  const { slug } = useThisApp()
  const start = useChange<Replay>()
  const form = useId()
  const [filter, setFilter] = useState(first)
  const change = (changed: Partial<EventFilters>): void => setFilter((before) => ({ ...before, ...changed }))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const body = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''))
    start.mutate(
      { method: 'POST', path: appPath(slug, '/replays'), body },
      {
        onSuccess: () => {
          toast({ text: say('started') })
          onClose()
          void navigate({ to: `/console/apps/${slug}/replays` })
        },
      },
    )
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say('newReplay')}
      description={say('newReplayText')}
      footer={
        <Button kind="main" type="submit" form={form} busy={start.isPending}>
          {say('start')}
        </Button>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={say('onlyState')}
          value={filter.state}
          onChange={(state) => change({ state })}
          options={[
            { value: '', label: say('both') },
            { value: 'delivered', label: say('states.delivered') },
            { value: 'dead', label: say('states.dead') },
          ]}
        />
        <EventTypeField value={filter.event_type} onChange={(event_type) => change({ event_type })} />
        <TimeFilter label={say('from')} value={filter.from} onChange={(from) => change({ from })} />
        <TimeFilter label={say('to')} value={filter.to} onChange={(to) => change({ to })} />
        <WillSend filter={filter} />
        {start.error && (
          <p role="alert" className="text-sm text-bad sm:col-span-2">
            {refusalWords(start.error, say('nothingToReplay')) ?? failureWords(sayUi, start.error)}
          </p>
        )}
      </form>
    </Dialog>
  )
}

/** What a press on the button does, before it is pressed. */
function WillSend({ filter }: { filter: EventFilters }): ReactNode {
  const say = useWords(trafficWords)
  const parts = useFilterParts(filter)
  return (
    <div aria-live="polite" className="sm:col-span-2">
      {parts.length === 0 ? (
        <Callout tone="warn" title={say('sendsAll')}>
          {say('sendsAllText')}
        </Callout>
      ) : (
        <Callout title={say('sends')}>
          <ul className="list-disc ps-5">
            {filter.state === '' && <li>{say('both')}</li>}
            {parts.map(({ name, words }) => (
              <li key={name}>{words}</li>
            ))}
          </ul>
        </Callout>
      )}
    </div>
  )
}

/** Other refusals of starting one are said by the server in full; in English. */
function refusalWords(error: Error, nothing: string): string | undefined {
  if (!(error instanceof ApiFailure) || error.status !== 412) return undefined
  return error.reason === 'NOTHING_TO_REPLAY' ? nothing : error.message
}
