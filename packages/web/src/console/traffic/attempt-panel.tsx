import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Attempt } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ExternalLink } from '../../ui/external-link.tsx'
import { consoleWords } from '../words.ts'
import { headerLines, prettyJson } from './pretty-json.ts'
import { trafficWords } from './words.ts'

const OUTCOMES = ['delivered', 'retry', 'postponed', 'dead'] as const
type Outcome = (typeof OUTCOMES)[number]
const TONE: Readonly<Record<Outcome, Tone>> = {
  delivered: 'good',
  retry: 'warn',
  postponed: 'accent',
  dead: 'bad',
}

/** One attempt: in a line what came of it, opened all that went over the wire. */
export function AttemptPanel({ attempt, isOpen }: { attempt: Attempt; isOpen: boolean }): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  const format = useFormat()
  const outcome = OUTCOMES.find((each) => each === attempt.outcome)
  return (
    <details open={isOpen} className="group rounded-normal border border-line">
      <summary className="flex min-h-12 cursor-pointer flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 marker:content-none">
        <ChevronDown
          aria-hidden="true"
          className="size-4 shrink-0 text-soft transition-transform group-open:rotate-180"
        />
        <span className="font-semibold">{say('attempt', { n: attempt.attempt })}</span>
        <Chip tone={outcome ? TONE[outcome] : 'plain'}>
          {outcome ? say(`outcomes.${outcome}`) : attempt.outcome}
        </Chip>
        {attempt.status !== null && <code className="text-sm">{attempt.status}</code>}
        <span className="text-sm text-soft">{format.duration(attempt.duration_ms)}</span>
        <time dateTime={attempt.started_at} className="ms-auto text-sm text-soft">
          {format.dateTime(attempt.started_at)}
        </time>
      </summary>
      <div className="grid gap-4 border-t border-line p-4 *:min-w-0">
        {attempt.error !== null && (
          <p className="text-bad">
            <bdi dir="auto">{attempt.error}</bdi>
          </p>
        )}
        {attempt.help !== null && (
          <p>
            <ExternalLink href={attempt.help}>{sayConsole('help')}</ExternalLink>
          </p>
        )}
        {attempt.answer_body !== null && attempt.answer_body !== '' && (
          <CodeBlock label={say('answerBody')} code={prettyJson(attempt.answer_body)} />
        )}
        {attempt.answer_headers !== null && (
          <CodeBlock label={say('answerHeaders')} code={headerLines(attempt.answer_headers)} />
        )}
        <CodeBlock label={say('sentHeaders')} code={headerLines(attempt.request_headers)} />
      </div>
    </details>
  )
}
