import { Pause, Play, Square } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Replay } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Progress } from '../../ui/progress.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { appPath, useChange } from '../frame/console-queries.ts'
import { useFilterParts } from './filter-parts.tsx'
import { trafficWords } from './words.ts'

const TONE: Readonly<Record<Replay['status'], Tone>> = {
  running: 'accent',
  paused: 'warn',
  cancelled: 'plain',
  done: 'good',
  failed: 'bad',
}

/** One replay with its progress, and what can be done about it. */
export function ReplayCard({ replay, slug }: { replay: Replay; slug: string }): ReactNode {
  const say = useWords(trafficWords)
  const format = useFormat()
  const { status, progress, reason } = replay
  const left = Object.values(progress.skipped).reduce((sum, each) => sum + each, 0)
  const counts: readonly (readonly [string, number])[] = [
    [say('matched'), progress.matched],
    [say('waiting'), progress.waiting],
    [say('states.delivered'), progress.delivered],
    [say('states.dead'), progress.dead],
    [say('states.cancelled'), progress.cancelled],
    [say('skipped'), left],
  ]
  return (
    <article className="grid gap-4 rounded-large border border-line bg-paper p-5 sm:p-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="grid gap-1">
          <h2 className="font-semibold">
            <FilterWords filter={replay.filter} />
          </h2>
          <p className="text-sm text-soft">
            {say('begun', { when: format.dateTime(replay.created_at) })}
            {replay.created_by === 'host' && ` · ${say('byHost')}`}
          </p>
        </div>
        <Chip tone={TONE[status]}>{say(`status.${status}`)}</Chip>
      </div>
      <Progress
        label={say(`status.${status}`)}
        share={progress.percent / 100}
        tone={status === 'done' ? 'good' : status === 'failed' ? 'bad' : 'accent'}
      />
      {reason === 'waits_for_endpoint' && <Callout tone="warn" title={say('waits')} />}
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
        {counts.map(([name, count]) => (
          <div key={name}>
            <dt className="text-sm text-soft">{name}</dt>
            <dd className="font-semibold">{format.number(count)}</dd>
          </div>
        ))}
      </dl>
      <Controls replay={replay} slug={slug} />
    </article>
  )
}

function FilterWords({ filter }: { filter: Replay['filter'] }): ReactNode {
  const say = useWords(trafficWords)
  const parts = useFilterParts(filter)
  if (parts.length === 0) return say('everything')
  return parts.map(({ name, words }, i) => (
    <span key={name}>
      {i > 0 && ' · '}
      {words}
    </span>
  ))
}

const CAN = {
  running: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  failed: ['resume', 'cancel'],
  done: [],
  cancelled: [],
} as const satisfies Record<Replay['status'], readonly string[]>

const ICON = {
  pause: <Pause className="size-4" />,
  resume: <Play className="points size-4" />,
  cancel: <Square className="size-4" />,
} as const

function Controls({ replay, slug }: { replay: Replay; slug: string }): ReactNode {
  const say = useWords(trafficWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const change = useChange<Replay>()
  const [isAsking, setAsking] = useState(false)
  const doIt = (what: 'pause' | 'resume' | 'cancel'): void =>
    change.mutate(
      { method: 'POST', path: appPath(slug, `/replays/${replay.id}/${what}`) },
      {
        onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
        onSettled: () => setAsking(false),
      },
    )
  const can: readonly ('pause' | 'resume' | 'cancel')[] = CAN[replay.status]
  if (can.length === 0) return null
  return (
    <div className="flex flex-wrap gap-2">
      {can.map((what) => (
        <Button
          key={what}
          icon={ICON[what]}
          kind={what === 'cancel' ? 'danger' : 'plain'}
          busy={change.isPending}
          onClick={() => (what === 'cancel' ? setAsking(true) : doIt(what))}
        >
          {say(what)}
        </Button>
      ))}
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={say('cancelTitle')}
        confirm={say('cancel')}
        dangerous
        busy={change.isPending}
        onConfirm={() => doIt('cancel')}
      >
        {say('cancelText')}
      </ConfirmDialog>
    </div>
  )
}
