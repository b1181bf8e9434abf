import { Bot, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Story } from '../../api/development/story-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import type { StepProps } from './inspector.tsx'
import { StepFrame } from './step-frame.tsx'
import { usePersonName } from './use-person-name.ts'
import { inspectorWords } from './words.ts'

/** The message itself, and who wrote it. */
export function MessageStep({ story, isLast }: StepProps): ReactNode {
  const say = useWords(inspectorWords)
  const { message } = story
  return (
    <StepFrame
      icon={message.app === null ? <UserRound /> : <Bot />}
      tone={message.app === null ? 'accent' : 'app'}
      title={useTitle(story)}
      at={message.sent_at}
      isLast={isLast}
    >
      <blockquote className="line-clamp-4 rounded-normal bg-sunken px-3 py-2 break-words whitespace-pre-wrap">
        {message.deleted ? (
          <span className="text-soft">{say('deleted')}</span>
        ) : message.text === null ? (
          <span className="text-soft">{say('noText', { kind: message.type })}</span>
        ) : (
          <BidiText>{message.text}</BidiText>
        )}
      </blockquote>
    </StepFrame>
  )
}

function useTitle({ message }: Story): string {
  const say = useWords(inspectorWords)
  const nameOf = usePersonName()
  const { sender, app } = message
  if (app === null) return say('wrote', { who: nameOf(sender) })
  return sender === null ? say('sent', { app }) : say('sentAs', { app, who: nameOf(sender) })
}
