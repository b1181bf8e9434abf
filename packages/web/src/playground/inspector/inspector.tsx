import { FileQuestion, MousePointerClick, RadioTower } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Story } from '../../api/development/story-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Callout } from '../../ui/callout.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { ClickStep } from './click-step.tsx'
import { DeliveryStep } from './delivery-step.tsx'
import { InspectorSkeleton } from './inspector-skeleton.tsx'
import { MessageStep } from './message-step.tsx'
import { OriginStep } from './origin-step.tsx'
import { type Step, stepsOf } from './story-steps.ts'
import { TriggerStep } from './trigger-step.tsx'
import { useStory } from './use-story.ts'
import { inspectorWords } from './words.ts'

export interface InspectorProps {
  /** Whose story is told; null before one was chosen. */
  messageId: string | null
  onSelectMessage: (messageId: string) => void
}

/** The whole story of a message, live: where it came from, what apps were told, what they did, what came of it. */
export function Inspector({ messageId, onSelectMessage }: InspectorProps): ReactNode {
  const say = useWords(inspectorWords)
  if (messageId === null) {
    return (
      <EmptyState icon={<MousePointerClick />} title={say('empty')}>
        {say('emptyText')}
      </EmptyState>
    )
  }
  return <StoryOf key={messageId} messageId={messageId} onSelectMessage={onSelectMessage} />
}

function StoryOf({ messageId, onSelectMessage }: InspectorProps & { messageId: string }): ReactNode {
  const say = useWords(inspectorWords)
  const { data, error, refetch } = useStory(messageId)
  if (data) return <Timeline story={data} onSelectMessage={onSelectMessage} />
  if (error instanceof ApiFailure && error.status === 404) {
    return (
      <EmptyState icon={<FileQuestion />} title={say('gone')}>
        {say('goneText')}
      </EmptyState>
    )
  }
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return <InspectorSkeleton />
}

interface TimelineProps {
  story: Story
  onSelectMessage: (messageId: string) => void
}

function Timeline({ story, onSelectMessage }: TimelineProps): ReactNode {
  const say = useWords(inspectorWords)
  const steps = stepsOf(story)
  const [trace] = story.trace_ids
  return (
    <section aria-label={say('title')} className="grid gap-4 p-4">
      {story.cut && <Callout title={say('cut')} />}
      <ol className="grid">
        {story.message.app !== null && <OriginStep story={story} onSelectMessage={onSelectMessage} />}
        <MessageStep story={story} onSelectMessage={onSelectMessage} isLast={steps.length === 0} />
        {steps.map((step, index) => (
          <StepOf key={step.key} {...{ step, story, onSelectMessage }} isLast={index === steps.length - 1} />
        ))}
      </ol>
      {steps.length === 0 && (
        <EmptyState icon={<RadioTower />} title={say('quiet')}>
          {say('quietText')}
        </EmptyState>
      )}
      {trace !== undefined && (
        <p className="flex flex-wrap items-center gap-2 border-t border-line pt-3 text-xs text-soft">
          {say('trace')}
          <code className="break-all">{trace}</code>
        </p>
      )}
    </section>
  )
}

export interface StepProps extends TimelineProps {
  isLast: boolean
}

function StepOf({ step, ...props }: StepProps & { step: Step }): ReactNode {
  switch (step.kind) {
    case 'delivery':
      return <DeliveryStep step={step} {...props} />
    case 'click':
      return <ClickStep step={step} {...props} />
    case 'trigger':
      return <TriggerStep step={step} {...props} />
  }
}
