import { Boxes, Clock3, Database, MessagesSquare, PauseCircle, Send, Server, Skull } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Overview } from '../../api/operator/operator-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { type Format, useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Callout } from '../../ui/callout.tsx'
import { useOverview } from '../frame/operator-queries.ts'
import { Loaded } from '../frame/page-parts.tsx'
import { AwaitingApps } from './awaiting-apps.tsx'
import { EndpointStates } from './endpoint-states.tsx'
import { Tile } from './tile.tsx'
import { overviewWords } from './words.ts'

/** The first look of the day. */
export function OverviewPage(): ReactNode {
  const say = useWords(overviewWords)
  const format = useFormat()
  const overview = useOverview()
  return (
    <>
      <PageHead
        title={say('title')}
        description={overview.data && say('asked', { time: format.time(overview.data.at) })}
      />
      <Loaded query={overview}>
        {(data) => (
          <div className="grid gap-6">
            <Standing overview={data} />
            <Tiles overview={data} />
            <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
              <AwaitingApps />
              {data.endpoints && <EndpointStates endpoints={data.endpoints} />}
            </div>
          </div>
        )}
      </Loaded>
    </>
  )
}

const KNOWN = [
  'stopping',
  'database_unreachable',
  'migrations_pending',
  'invalidations_unheard',
  'deliveries_failing',
  'deliveries_unserved',
] as const

function Standing({ overview: { readiness } }: { overview: Overview }): ReactNode {
  const say = useWords(overviewWords)
  if (readiness.ready) {
    return (
      <Callout tone="good" title={say('ready')}>
        {say('readyText')}
      </Callout>
    )
  }
  return (
    <Callout tone="bad" title={say('notReady')}>
      <ul className="grid gap-1">
        {readiness.reasons.map(({ code, message }) => {
          const known = KNOWN.find((each) => each === code)
          return (
            <li key={code}>
              {known ? say(`reason.${known}`) : message}
              {known && (
                <span className="block text-soft">
                  <bdi dir="auto">{message}</bdi>
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </Callout>
  )
}

/** From so many seconds on what is due is worth a look. */
const LATE_SECONDS = 60
const MOST_COUNTED = 10_000
const MOST_MESSAGES = 100_000

const counted = (format: Format, count: number, most = MOST_COUNTED): string =>
  count >= most ? `${format.number(most)}+` : format.number(count)

function Tiles({ overview }: { overview: Overview }): ReactNode {
  const say = useWords(overviewWords)
  const format = useFormat()
  const { apps, deliveries, messages, nodes, database } = overview
  const oldest = deliveries.oldest_due_seconds
  const trouble = nodes.lagging + nodes.dead > 0
  return (
    <div className="grid grid-cols-1 gap-3 min-[26rem]:grid-cols-2 sm:gap-4 xl:grid-cols-4">
      <Tile
        icon={Boxes}
        name={say('tile.awaiting')}
        value={counted(format, apps.awaiting)}
        hint={say('hint.awaiting')}
        tone={apps.awaiting > 0 ? 'warn' : 'good'}
        to="/operator/apps"
        search={{ state: 'awaiting' }}
      />
      <Tile
        icon={Skull}
        name={say('tile.dead')}
        value={counted(format, deliveries.dead)}
        hint={say('hint.dead')}
        tone={deliveries.dead > 0 ? 'bad' : 'good'}
        to="/operator/deliveries"
      />
      <Tile
        icon={Send}
        name={say('tile.waiting')}
        value={counted(format, deliveries.waiting)}
        hint={say('hint.waiting')}
        to="/operator/deliveries"
        search={{ list: 'waiting' }}
      />
      <Tile
        icon={PauseCircle}
        name={say('tile.held')}
        value={counted(format, deliveries.held)}
        hint={say('hint.held')}
        tone={deliveries.held > 0 ? 'warn' : 'plain'}
        to="/operator/deliveries"
        search={{ list: 'waiting' }}
      />
      <Tile
        icon={Clock3}
        name={say('tile.oldest')}
        value={oldest === null ? say('unknown') : oldest === 0 ? say('nothingDue') : span(format, oldest)}
        hint={say('hint.oldest')}
        tone={oldest === null ? 'plain' : oldest > LATE_SECONDS ? 'bad' : 'good'}
      />
      <Tile
        icon={MessagesSquare}
        name={say('tile.messages')}
        value={counted(format, messages.last_day, MOST_MESSAGES)}
        hint={say('hint.messages')}
      />
      <Tile
        icon={Server}
        name={say('tile.nodes')}
        value={format.number(nodes.alive)}
        hint={
          trouble
            ? say('hint.nodesTrouble', { lagging: nodes.lagging, dead: nodes.dead })
            : say('hint.nodes', { delivering: nodes.delivering })
        }
        tone={trouble ? 'warn' : 'good'}
        to="/operator/nodes"
      />
      <Tile
        icon={Database}
        name={say('tile.database')}
        value={
          database.reachable
            ? database.latency_ms === null
              ? say('unknown')
              : format.duration(database.latency_ms)
            : say('away')
        }
        hint={say('hint.database')}
        tone={database.reachable ? 'good' : 'bad'}
      />
    </div>
  )
}

const span = (format: Format, seconds: number): string =>
  seconds < 120 ? format.duration(seconds * 1000) : format.clock(seconds)
