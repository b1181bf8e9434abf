import { Webhook } from 'lucide-react'
import type { ReactNode } from 'react'
import type { DeliveryState, StoryDelivery } from '../../api/development/story-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { CallList } from './call-list.tsx'
import { ExchangeCard } from './exchange-card.tsx'
import { ForgottenAttempt } from './forgotten-attempt.tsx'
import type { StepProps } from './inspector.tsx'
import { StepFrame } from './step-frame.tsx'
import type { Step } from './story-steps.ts'
import { inspectorWords } from './words.ts'

const TONE: Readonly<Record<DeliveryState, Tone>> = {
  pending: 'warn',
  held: 'warn',
  delivered: 'good',
  dead: 'bad',
  cancelled: 'plain',
}

export interface DeliveryStepProps extends StepProps {
  step: Extract<Step, { kind: 'delivery' }>
}

/** An app was told of the message: every attempt, and what the app called because of it. */
export function DeliveryStep({ step, onSelectMessage, isLast }: DeliveryStepProps): ReactNode {
  const say = useWords(inspectorWords)
  const { delivery, attempts, calls } = step
  const { state, app } = delivery
  return (
    <StepFrame
      icon={<Webhook />}
      tone={state === 'dead' ? 'bad' : 'plain'}
      title={say(delivery.replay ? 'delivery.again' : 'delivery.to', { app })}
      at={delivery.created_at}
      isLast={isLast}
      chips={
        <>
          <Chip tone={TONE[state]}>{say(`delivery.state.${state}`)}</Chip>
          <code className="text-xs text-soft">{delivery.event_type}</code>
        </>
      }
    >
      {delivery.reason !== null && (
        <p className="text-sm text-soft">
          <code>{delivery.reason}</code>
        </p>
      )}
      {attempts.map(({ attempt, exchange }) => {
        const title = attempts.length > 1 ? say('delivery.attempt', { number: attempt.attempt }) : undefined
        return exchange ? (
          <ExchangeCard key={attempt.attempt} exchange={exchange} {...(title !== undefined && { title })} />
        ) : (
          <ForgottenAttempt key={attempt.attempt} attempt={attempt} />
        )
      })}
      <WhatIsNext delivery={delivery} />
      <CallList calls={calls} onSelectMessage={onSelectMessage} />
    </StepFrame>
  )
}

function WhatIsNext({ delivery }: { delivery: StoryDelivery }): ReactNode {
  const say = useWords(inspectorWords)
  const format = useFormat()
  const { state, next_attempt_at: next, waits_behind: isBehind, ahead_attempt_at: ahead } = delivery
  if (state === 'held') return <p className="text-sm text-soft">{say('delivery.held')}</p>
  if (state !== 'pending') return null
  const inTime = (at: string): string | null => {
    const inMs = Date.parse(at) - Date.now()
    return inMs <= 0 ? null : format.duration(Math.max(1000, inMs))
  }
  const words = (): string => {
    if (delivery.under_way) return say('delivery.underWay')
    if (isBehind) {
      const time = ahead === null ? null : inTime(ahead)
      return time === null ? say('delivery.behind') : say('delivery.behindUntil', { time })
    }
    if (next === null) return say('delivery.waiting')
    const time = inTime(next)
    return time === null ? say('delivery.nextNow') : say('delivery.next', { time })
  }
  return <p className="text-sm text-soft">{words()}</p>
}
