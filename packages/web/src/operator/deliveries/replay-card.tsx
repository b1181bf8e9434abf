import { Pause, Play, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Replay } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Progress } from '../../ui/progress.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useChange } from '../frame/operator-queries.ts'
import { deliveriesWords } from './words.ts'

const TONES: Readonly<Record<Replay['status'], Tone>> = {
  running: 'accent',
  paused: 'warn',
  cancelled: 'plain',
  done: 'good',
  failed: 'bad',
}
const BARS = { running: 'accent', paused: 'warn', cancelled: 'warn', done: 'good', failed: 'bad' } as const

/** One replay: what it sends, how far it is, and what can be done with it. */
export function ReplayCard({ replay }: { replay: Replay }): ReactNode {
  const say = useWords(deliveriesWords)
  const format = useFormat()
  const { progress, filter } = replay
  const left = Object.values(progress.skipped).reduce((sum, each) => sum + each, 0)
  const figures = [
    ['queued', progress.queued],
    ['waiting', progress.waiting],
    ['delivered', progress.delivered],
    ['dead', progress.dead],
    ['skipped', left],
  ] as const
  return (
    <article className="grid gap-4 rounded-large border border-line bg-paper p-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="flex flex-wrap items-center gap-2 font-semibold">
            {replay.app ? <code className="break-all">{replay.app}</code> : say('replays.everyApp')}
            <Chip tone={TONES[replay.status]}>{say(`replays.status.${replay.status}`)}</Chip>
          </h2>
          <p className="text-sm text-soft">
            {say(`replays.by.${replay.created_by}`)} · {format.ago(replay.created_at)}
            {filter.event_type && (
              <>
                {' · '}
                <code>{filter.event_type}</code>
              </>
            )}
          </p>
        </div>
        <Changes replay={replay} />
      </div>
      <Progress label={say('replays.progress')} share={progress.percent / 100} tone={BARS[replay.status]} />
      {replay.reason === 'waits_for_endpoint' && (
        <p className="text-sm text-warn">{say('replays.waitsForEndpoint')}</p>
      )}
      <dl className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        {figures.map(([name, value]) => (
          <div key={name} className="flex items-baseline gap-2">
            <dt className="text-soft">{say(`replays.${name}`)}</dt>
            <dd className="font-semibold tabular-nums">{format.number(value)}</dd>
          </div>
        ))}
      </dl>
    </article>
  )
}

function Changes({ replay: { id, status } }: { replay: Replay }): ReactNode {
  const say = useWords(deliveriesWords)
  const sayFailure = useWords(uiWords)
  const toast = useToast()
  const change = useChange<Replay>()
  const [isCancelling, setCancelling] = useState(false)
  const send = (name: 'pause' | 'resume' | 'cancel'): void =>
    change.mutate(
      { method: 'POST', path: `/replays/${id}/${name}` },
      {
        onError: (error) => toast({ text: failureWords(sayFailure, error), tone: 'bad' }),
        onSettled: () => setCancelling(false),
      },
    )
  if (status === 'done' || status === 'cancelled') return null
  return (
    <div className="flex flex-wrap gap-2">
      {status === 'running' ? (
        <Button icon={<Pause className="size-4" />} busy={change.isPending} onClick={() => send('pause')}>
          {say('replays.pause')}
        </Button>
      ) : (
        <Button
          icon={<Play className="points size-4" />}
          busy={change.isPending}
          onClick={() => send('resume')}
        >
          {say('replays.resume')}
        </Button>
      )}
      <Button kind="danger" icon={<X className="size-4" />} onClick={() => setCancelling(true)}>
        {say('replays.cancel')}
      </Button>
      <ConfirmDialog
        open={isCancelling}
        onOpenChange={setCancelling}
        title={say('replays.cancelTitle')}
        confirm={say('replays.cancel')}
        dangerous
        busy={change.isPending}
        onConfirm={() => send('cancel')}
      >
        <p>{say('replays.cancelText')}</p>
      </ConfirmDialog>
    </div>
  )
}
