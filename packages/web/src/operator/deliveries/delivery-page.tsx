import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Attempt, OperatedDelivery } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Facts } from '../frame/facts.tsx'
import { useOperatorData } from '../frame/operator-queries.ts'
import { BackLink, Loaded } from '../frame/page-parts.tsx'
import { RowLink } from '../frame/row-link.tsx'
import { DeliveryStateChip, ReasonLink } from './delivery-state-chip.tsx'
import { deliveriesWords } from './words.ts'

export function DeliveryPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const delivery = useOperatorData<OperatedDelivery>(`/deliveries/${encodeURIComponent(id)}`)
  return (
    <>
      <BackLink to="/operator/deliveries" />
      <Loaded query={delivery}>
        {(data) => (
          <div className="grid gap-6">
            <div className="flex flex-wrap items-center gap-3">
              <h1 className="text-2xl font-bold">
                <code className="break-all">{data.event_type}</code>
              </h1>
              <DeliveryStateChip state={data.state} />
            </div>
            <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
              <About delivery={data} />
              <Attempts attempts={data.attempts} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  )
}

function About({ delivery }: { delivery: OperatedDelivery }): ReactNode {
  const say = useWords(deliveriesWords)
  const format = useFormat()
  const when = (time: string | null) => time && format.dateTime(time)
  return (
    <Panel title={say('about')}>
      <Facts
        facts={[
          [say('delivery'), say('number', { id: delivery.id })],
          [
            say('app'),
            <RowLink key="app" to="/operator/apps/$slug" params={{ slug: delivery.app.slug }}>
              <BidiText>{delivery.app.display_name}</BidiText>
            </RowLink>,
          ],
          [say('reason'), <ReasonLink key="reason" reason={delivery.reason} help={delivery.help} />],
          [say('made'), when(delivery.created_at)],
          [say('ended'), when(delivery.finished_at)],
          [say('next'), when(delivery.next_attempt_at)],
        ]}
      />
    </Panel>
  )
}

const TONES: Readonly<Record<string, Tone>> = { delivered: 'good', retry: 'warn', dead: 'bad' }

function Attempts({ attempts }: { attempts: readonly Attempt[] }): ReactNode {
  const say = useWords(deliveriesWords)
  const format = useFormat()
  return (
    <Panel title={say('attempts')}>
      {attempts.length === 0 ? (
        <p className="text-soft">{say('noAttempts')}</p>
      ) : (
        <ol className="grid gap-4">
          {attempts.map((attempt) => (
            <li key={attempt.attempt} className="grid gap-1 border-s-2 border-line ps-4">
              <div className="flex flex-wrap items-center gap-2">
                <span className="font-semibold">
                  {say('attempt', { number: format.number(attempt.attempt) })}
                </span>
                <Chip tone={TONES[attempt.outcome] ?? 'warn'}>{outcomeOf(attempt.outcome, say)}</Chip>
              </div>
              <p className="text-sm text-soft">
                {format.dateTime(attempt.started_at)} ·{' '}
                {attempt.status === null
                  ? say('noAnswer')
                  : say('status', { status: String(attempt.status) })}{' '}
                {say('took', { duration: format.duration(attempt.duration_ms) })}
              </p>
              {attempt.error && (
                <p className="text-sm">
                  <code className="break-words whitespace-pre-wrap">{attempt.error}</code>
                </p>
              )}
              {attempt.help && (
                <a
                  href={attempt.help}
                  target="_blank"
                  rel="noopener noreferrer"
                  className="w-fit rounded-small text-sm text-accent underline underline-offset-4"
                >
                  {say('help')}
                </a>
              )}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}

const OUTCOMES = ['delivered', 'retry', 'dead'] as const

function outcomeOf(
  outcome: string,
  say: ReturnType<typeof useWords<(typeof deliveriesWords)['en']>>,
): string {
  const known = OUTCOMES.find((each) => each === outcome)
  return known ? say(`outcomes.${known}`) : say('otherOutcome')
}
