import { FlaskConical } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { CallList } from './call-list.tsx'
import { ExchangeCard } from './exchange-card.tsx'
import type { StepProps } from './inspector.tsx'
import { StepFrame } from './step-frame.tsx'
import type { Step } from './story-steps.ts'
import { inspectorWords } from './words.ts'

export interface TriggerStepProps extends StepProps {
  step: Extract<Step, { kind: 'trigger' }>
}

/** A tool told the app of this message by hand. */
export function TriggerStep({ step, onSelectMessage, isLast }: TriggerStepProps): ReactNode {
  const say = useWords(inspectorWords)
  const { exchange, calls, at } = step
  return (
    <StepFrame
      icon={<FlaskConical />}
      title={say('trigger.to', { app: exchange.app ?? '–' })}
      at={at}
      isLast={isLast}
    >
      <ExchangeCard exchange={exchange} />
      <CallList calls={calls} onSelectMessage={onSelectMessage} />
    </StepFrame>
  )
}
