import { type ReactNode, useState } from 'react'
import type { Exchange, ExchangeContent } from '../../api/development/story-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { formatted } from './json-fault.ts'
import { inspectorWords } from './words.ts'

const SIDES = ['request', 'answer'] as const

/** What was said, both ways. */
export function ExchangeContents({ exchange }: { exchange: Exchange }): ReactNode {
  const say = useWords(inspectorWords)
  const [side, setSide] = useState<(typeof SIDES)[number]>('request')
  const content = side === 'request' ? exchange.request : exchange.answer
  return (
    <div className="grid gap-3 p-3 pt-0">
      <fieldset className="flex gap-1">
        <legend className="sr-only">{say('show')}</legend>
        {SIDES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={side === each}
            onClick={() => setSide(each)}
            className={classNames(
              'min-h-9 rounded-normal px-3 text-sm font-semibold text-soft hover:text-ink',
              side === each && 'bg-accent-soft text-accent hover:text-accent',
            )}
          >
            {say(each)}
          </button>
        ))}
      </fieldset>
      {content ? <Content content={content} /> : <p className="text-sm text-soft">{say('noAnswer')}</p>}
    </div>
  )
}

function Content({ content }: { content: ExchangeContent }): ReactNode {
  const say = useWords(inspectorWords)
  const headers = Object.entries(content.headers)
  return (
    <>
      <details className="min-w-0 rounded-normal border border-line">
        <summary className="flex min-h-11 cursor-pointer items-center px-3 text-sm font-semibold text-soft hover:text-ink">
          {say('headersOf', { count: headers.length })}
        </summary>
        <dl
          dir="ltr"
          className="grid gap-x-3 gap-y-1 overflow-x-auto border-t border-line p-3 font-mono text-xs sm:grid-cols-[auto_minmax(0,1fr)]"
        >
          {headers.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="break-all max-sm:mb-1">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {content.body === null ? (
        <p className="text-sm text-soft">{say('bodyNotKept')}</p>
      ) : content.body === '' ? (
        <p className="text-sm text-soft">{say('noBody')}</p>
      ) : (
        <CodeBlock code={formatted(content.body)} />
      )}
      {content.truncated && <p className="text-sm text-soft">{say('truncated')}</p>}
    </>
  )
}
