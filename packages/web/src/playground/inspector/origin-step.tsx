import { CornerUpRight, Workflow } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { ExchangeCard } from './exchange-card.tsx'
import { LikelyChip } from './exchange-chips.tsx'
import type { StepProps } from './inspector.tsx'
import { StepFrame } from './step-frame.tsx'
import { exchangeOf } from './story-steps.ts'
import { inspectorWords } from './words.ts'

/** Why an app sent the message: what it had been told or asked, and the call by which it was sent. */
export function OriginStep({ story, onSelectMessage }: Omit<StepProps, 'isLast'>): ReactNode {
  const say = useWords(inspectorWords)
  const { message, caused_by: cause } = story
  const call = exchangeOf(story, cause.exchange_id)
  const led = exchangeOf(story, cause.led_by)
  const { message_id: causeId } = cause
  return (
    <StepFrame
      icon={<Workflow />}
      title={say(`because.${led === null ? 'itself' : cause.kind === 'click' ? 'click' : 'message'}`)}
      at={led?.at ?? call?.at ?? message.sent_at}
      isLast={false}
      chips={led !== null && cause.by === 'time' && <LikelyChip />}
    >
      {causeId !== undefined && causeId !== message.id && (
        <Button
          kind="quiet"
          size="small"
          className="justify-self-start text-accent"
          icon={<CornerUpRight className="points size-4" />}
          onClick={() => onSelectMessage(causeId)}
        >
          {say('because.toCause')}
        </Button>
      )}
      {led && <ExchangeCard exchange={led} title={say('because.led')} />}
      {call && <ExchangeCard exchange={call} title={say('because.call')} />}
    </StepFrame>
  )
}
