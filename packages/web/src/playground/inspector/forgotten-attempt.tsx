import type { ReactNode } from 'react'
import type { StoryAttempt } from '../../api/development/story-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { StatusChip } from './status-chip.tsx'
import { inspectorWords } from './words.ts'

/** An attempt whose exchange is kept no more, or not yet there. */
export function ForgottenAttempt({ attempt }: { attempt: StoryAttempt }): ReactNode {
  const say = useWords(inspectorWords)
  const format = useFormat()
  return (
    <div className="grid gap-1 rounded-normal border border-dashed border-line px-3 py-2 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <StatusChip status={attempt.status} />
        <span className="font-semibold">{say('delivery.attempt', { number: attempt.attempt })}</span>
        <span className="ms-auto text-xs text-soft">{format.duration(attempt.duration_ms)}</span>
      </div>
      {attempt.error !== null && (
        <bdi dir="ltr" className="text-start text-xs break-words text-bad">
          {attempt.error}
        </bdi>
      )}
      <p className="text-xs text-soft">{say('delivery.forgotten')}</p>
    </div>
  )
}
