import type { ReactNode } from 'react'
import type { TriggerAnswer } from '../../api/development/story-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Callout } from '../../ui/callout.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { formatted } from './json-fault.ts'
import { StatusChip } from './status-chip.tsx'
import { inspectorWords } from './words.ts'

/** What an app answered to a call by hand, and what a click would have come to. */
export function TriggerResult({ answer }: { answer: TriggerAnswer }): ReactNode {
  const say = useWords(inspectorWords)
  const format = useFormat()
  const { effect, failure } = answer
  return (
    <section aria-label={say('editor.answered')} className="grid gap-3 rounded-normal border border-line p-4">
      <div className="flex flex-wrap items-center gap-3">
        <h3 className="font-semibold">{say('editor.answered')}</h3>
        <StatusChip status={answer.status} />
        <span className="text-sm text-soft">{format.duration(answer.ms)}</span>
      </div>
      {failure ? (
        <Callout tone="bad" title={say('editor.fails')}>
          <bdi dir="auto">{failure.reason}</bdi>
        </Callout>
      ) : (
        <Callout tone="good" title={say('editor.fine')}>
          {effect?.open_url !== undefined && <Effect label={say('editor.opens')} value={effect.open_url} />}
          {effect?.toast !== undefined && <Effect label={say('editor.toast')} value={effect.toast} />}
          {effect?.action !== undefined && (
            <Effect label={say('editor.action')} value={JSON.stringify(effect.action)} />
          )}
        </Callout>
      )}
      {answer.answer !== null &&
        (answer.answer === '' ? (
          <p className="text-sm text-soft">{say('editor.nothing')}</p>
        ) : (
          <CodeBlock code={formatted(answer.answer)} />
        ))}
    </section>
  )
}

function Effect({ label, value }: { label: string; value: string }): ReactNode {
  return (
    <p>
      {label}: <bdi dir="auto">{value}</bdi>
    </p>
  )
}
