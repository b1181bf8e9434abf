import { useNavigate } from '@tanstack/react-router'
import { Repeat2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Replay } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useChange } from '../frame/operator-queries.ts'
import type { DeliveryFilterValues } from './delivery-filters.tsx'
import { deliveriesWords } from './words.ts'

/** Sends again what the filters of the list name. */
export function StartReplay({ query }: { query: DeliveryFilterValues }): ReactNode {
  const say = useWords(deliveriesWords)
  const sayFailure = useWords(uiWords)
  const format = useFormat()
  const toast = useToast()
  const navigate = useNavigate()
  const change = useChange<Replay>()
  const [isAsked, setAsked] = useState(false)
  const start = (): void => {
    const { app, event_type, from, to } = query
    const given = Object.entries({ app, event_type, from, to }).filter(([, value]) => value !== '')
    change.mutate(
      { method: 'POST', path: '/replays', body: Object.fromEntries(given) },
      {
        onSuccess: () => {
          toast({ text: say('started') })
          void navigate({ to: '/operator/replays' } as never)
        },
        onError: (error) => toast({ text: failureWords(sayFailure, error), tone: 'bad' }),
        onSettled: () => setAsked(false),
      },
    )
  }
  return (
    <>
      <Button kind="main" icon={<Repeat2 className="size-4" />} onClick={() => setAsked(true)}>
        {say('replayAll')}
      </Button>
      <ConfirmDialog
        open={isAsked}
        onOpenChange={setAsked}
        title={say('replayTitle')}
        confirm={say('replayAll')}
        busy={change.isPending}
        onConfirm={start}
      >
        <ul className="mb-3 list-disc ps-5 font-semibold text-ink">
          <li>{query.app ? say('replayOf', { app: query.app }) : say('replayOfAll')}</li>
          {query.event_type && <li>{say('replayEvent', { event: query.event_type })}</li>}
          {query.from && <li>{say('replayFrom', { time: format.dateTime(query.from) })}</li>}
          {query.to && <li>{say('replayTo', { time: format.dateTime(query.to) })}</li>}
        </ul>
        <p>{say('replayText')}</p>
        {query.reason && <p className="mt-3 text-warn">{say('replayReasonNote')}</p>}
      </ConfirmDialog>
    </>
  )
}
