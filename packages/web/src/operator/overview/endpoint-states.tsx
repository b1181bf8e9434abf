import type { ReactNode } from 'react'
import type { Overview } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { Panel } from '../../ui/panel.tsx'
import { overviewWords } from './words.ts'

const STATES = ['closed', 'half_open', 'open', 'disabled'] as const
const COLOURS = { closed: 'bg-good', half_open: 'bg-accent', open: 'bg-warn', disabled: 'bg-bad' } as const

/** How many apps take their events, as a bar with its numbers below. */
export function EndpointStates({ endpoints }: { endpoints: NonNullable<Overview['endpoints']> }): ReactNode {
  const say = useWords(overviewWords)
  const format = useFormat()
  const all = STATES.reduce((sum, state) => sum + endpoints[state], 0)
  return (
    <Panel title={say('endpoints')}>
      <div aria-hidden="true" className="mb-4 flex h-2.5 gap-0.5 overflow-hidden rounded-full bg-sunken">
        {STATES.filter((state) => endpoints[state] > 0).map((state) => (
          <div
            key={state}
            style={{ inlineSize: `${(endpoints[state] / all) * 100}%` }}
            className={COLOURS[state]}
          />
        ))}
      </div>
      <dl className="grid gap-2">
        {STATES.map((state) => (
          <div key={state} className="flex items-center gap-3">
            <span
              aria-hidden="true"
              className={classNames('size-2.5 shrink-0 rounded-full', COLOURS[state])}
            />
            <dt className="grow text-soft">{say(`breaker.${state}`)}</dt>
            <dd className="font-semibold tabular-nums">{format.number(endpoints[state])}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
