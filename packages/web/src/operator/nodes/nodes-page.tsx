import type { ReactNode } from 'react'
import type { OperatedNode } from '../../api/operator/operator-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { classNames } from '../../ui/class-names.ts'
import { useOperatorData } from '../frame/operator-queries.ts'
import { Loaded } from '../frame/page-parts.tsx'
import { nodesWords } from './words.ts'

const POLL_MS = 3_000

/** Who runs, looked at every few seconds. */
export function NodesPage(): ReactNode {
  const say = useWords(nodesWords)
  const nodes = useOperatorData<{ nodes: OperatedNode[] }>('/nodes', { every: () => POLL_MS })
  return (
    <>
      <PageHead title={say('title')} description={say('text')} />
      <Loaded query={nodes}>
        {({ nodes: all }) => (
          <>
            <ul className="grid gap-4 sm:grid-cols-2 2xl:grid-cols-3">
              {all.map((node) => (
                <li key={node.id}>
                  <NodeCard node={node} />
                </li>
              ))}
            </ul>
            {all.some(({ state }) => state === 'dead') && <p className="text-soft">{say('deadNote')}</p>}
          </>
        )}
      </Loaded>
    </>
  )
}

const TONES = { alive: 'good', lagging: 'warn', dead: 'bad' } as const satisfies Record<string, Tone>
const LIGHTS = { alive: 'bg-good', lagging: 'bg-warn', dead: 'bg-bad' } as const
/** Heard of so lately that a number would only flicker. */
const NOW_SECONDS = 6

function NodeCard({ node }: { node: OperatedNode }): ReactNode {
  const say = useWords(nodesWords)
  const format = useFormat()
  const seen = node.seen_seconds_ago < NOW_SECONDS ? say('now') : format.ago(node.seen_at)
  const facts: [name: string, value: ReactNode][] = [
    [say('seen'), seen],
    [say('started'), format.ago(node.started_at)],
    [say('version'), <code key="version">{node.version}</code>],
    [say('delivers'), say(node.delivers ? 'yes' : 'no')],
  ]
  return (
    <article
      className={classNames(
        'grid h-full gap-4 rounded-large border bg-paper p-5',
        node.state === 'dead' ? 'border-bad' : 'border-line',
      )}
    >
      <div className="flex items-start gap-3">
        <span
          aria-hidden="true"
          className={classNames('mt-2 size-3 shrink-0 rounded-full', LIGHTS[node.state])}
        />
        <div className="min-w-0 grow">
          <h2 className="truncate font-semibold">
            <bdi dir="ltr">{node.host}</bdi>
          </h2>
          <p className="text-sm text-soft">
            {[node.pid !== null && say('pid', { pid: String(node.pid) }), node.self && say('self')]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        <Chip tone={TONES[node.state]}>{say(`states.${node.state}`)}</Chip>
      </div>
      <dl className="grid grid-cols-2 gap-3 text-sm">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-soft">{name}</dt>
            <dd className="font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
    </article>
  )
}
