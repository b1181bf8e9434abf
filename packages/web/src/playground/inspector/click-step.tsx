import { MousePointerClick } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Chip } from '../../ui/chip.tsx'
import { CallList } from './call-list.tsx'
import { ExchangeCard } from './exchange-card.tsx'
import type { StepProps } from './inspector.tsx'
import { StepFrame } from './step-frame.tsx'
import { captionOf, type Step } from './story-steps.ts'
import { usePersonName } from './use-person-name.ts'
import { inspectorWords } from './words.ts'

export interface ClickStepProps extends StepProps {
  step: Extract<Step, { kind: 'click' }>
}

/** Somebody pressed a button: what the app was asked, what came of it, and what the app called. */
export function ClickStep({ step, story, onSelectMessage, isLast }: ClickStepProps): ReactNode {
  const say = useWords(inspectorWords)
  const format = useFormat()
  const nameOf = usePersonName()
  const { click, exchanges, calls } = step
  const { outcome } = click
  const caption = captionOf(story, click.button)
  return (
    <StepFrame
      icon={<MousePointerClick />}
      tone={outcome === 'failed' ? 'bad' : 'accent'}
      title={say('click.by', { who: nameOf(click.user) })}
      at={step.at}
      isLast={isLast}
      chips={<Chip tone={outcome === 'failed' ? 'bad' : 'good'}>{say(`click.outcome.${outcome}`)}</Chip>}
    >
      <p className="flex flex-wrap items-center gap-2 text-sm text-soft">
        {caption !== null && (
          <BidiText className="rounded-small border border-line px-2 py-0.5 font-semibold text-ink">
            {caption}
          </BidiText>
        )}
        <code className="text-xs">{click.action}</code>
        <span className="text-xs">{format.duration(click.duration_ms)}</span>
      </p>
      {click.reason !== null && (
        <p className="grid gap-1 rounded-normal bg-bad-soft px-3 py-2 text-sm">
          <code className="text-xs font-semibold text-bad">{click.reason}</code>
          {click.detail !== null && <BidiText className="break-words">{click.detail}</BidiText>}
        </p>
      )}
      {exchanges.length === 0 ? (
        <p className="text-sm text-soft">{say('click.nothingAsked')}</p>
      ) : (
        exchanges.map((exchange) => (
          <ExchangeCard
            key={exchange.id}
            exchange={exchange}
            title={say(exchange.kind === 'session' ? 'click.session' : 'click.action', { app: click.app })}
          />
        ))
      )}
      <CallList calls={calls} onSelectMessage={onSelectMessage} />
    </StepFrame>
  )
}
