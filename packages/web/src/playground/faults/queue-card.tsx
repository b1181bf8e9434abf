import { CheckCheck, SendHorizontal } from 'lucide-react'
import type { ReactNode } from 'react'
import { useAppQueue, useDrain } from '../../api/development/app-queue.ts'
import type { DeliveryQueue } from '../../api/development/development-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { uiWords } from '../../ui/words.ts'
import { faultWords } from './fault-words.ts'
import { type NextAttempt, nextAttempt } from './queue-times.ts'
import { useNow } from './use-now.ts'

const TONES: Readonly<Record<string, Tone>> = {
  closed: 'good',
  half_open: 'warn',
  open: 'bad',
  disabled: 'bad',
}

/** The queue of an app, live: how it grows while the app is down, and drains when it is back. */
export function QueueCard({ slug, isDown }: { slug: string; isDown: boolean }): ReactNode {
  const say = useWords(faultWords)
  const sayUi = useWords(uiWords)
  const { data, error } = useAppQueue(slug)
  return (
    <section
      aria-label={say('queue.title')}
      className="grid gap-3 rounded-large border border-line bg-ground p-4"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">{say('queue.title')}</h3>
        {isDown ? (
          <Chip tone="bad">{say('queue.down')}</Chip>
        ) : (
          data && <Chip tone={TONES[data.breaker] ?? 'plain'}>{breakerWords(say, data.breaker)}</Chip>
        )}
      </div>
      {data ? (
        <QueueFacts slug={slug} queue={data} />
      ) : error ? (
        <p role="alert" className="text-sm text-bad">
          {failureWords(sayUi, error)}
        </p>
      ) : (
        <Skeleton className="h-12 w-2/3" />
      )}
    </section>
  )
}

type Say = ReturnType<typeof useWords<(typeof faultWords)['en']>>

const breakerWords = (say: Say, breaker: string): string =>
  breaker === 'half_open' || breaker === 'open' || breaker === 'disabled'
    ? say(`queue.breaker.${breaker}`)
    : say('queue.breaker.closed')

function QueueFacts({ slug, queue }: { slug: string; queue: DeliveryQueue }): ReactNode {
  const say = useWords(faultWords)
  const format = useFormat()
  const now = useNow(1_000)
  const drain = useDrain(slug)
  const { waiting, in_flight: inFlight, oldest_at: oldest } = queue
  if (waiting === 0 && inFlight === 0) {
    return (
      <div className="flex items-center gap-3">
        <span
          aria-hidden="true"
          className="grid size-10 place-items-center rounded-full bg-good-soft text-good"
        >
          <CheckCheck className="size-5" />
        </span>
        <div>
          <p className="font-semibold">{say('queue.empty')}</p>
          <p className="text-sm text-soft">{say('queue.emptyHint')}</p>
        </div>
      </div>
    )
  }
  return (
    <>
      <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
        <p className="flex items-baseline gap-2" role="status">
          <span className="text-4xl leading-none font-semibold tabular-nums">{format.number(waiting)}</span>
          <span className="text-sm text-soft">{say('queue.waiting', { count: waiting })}</span>
        </p>
        <dl className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
          {oldest !== null && <Fact name={say('queue.oldest')}>{format.ago(oldest, now)}</Fact>}
          <Fact name={say('queue.next')}>{nextWords(say, nextAttempt(queue, now))}</Fact>
          {inFlight > 0 && <Fact name={say('queue.inFlight')}>{format.number(inFlight)}</Fact>}
        </dl>
      </div>
      <Button
        kind="plain"
        className="justify-self-start"
        icon={<SendHorizontal className="size-4 rtl:-scale-x-100" />}
        busy={drain.isPending}
        disabled={waiting === 0}
        onClick={() => drain.mutate()}
      >
        {say('queue.drain')}
      </Button>
    </>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }): ReactNode => (
  <div>
    <dt className="text-xs text-soft">{name}</dt>
    <dd className="font-semibold">{children}</dd>
  </div>
)

function nextWords(say: Say, next: NextAttempt): string {
  switch (next.kind) {
    case 'seconds':
      return say('queue.inSeconds', { n: next.count })
    case 'minutes':
      return say('queue.inMinutes', { n: next.count })
    case 'never':
      return say('queue.never')
    default:
      return say('queue.now')
  }
}
