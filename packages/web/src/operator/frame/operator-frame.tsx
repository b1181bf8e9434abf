import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { Boxes, Gauge, History, type LucideIcon, Repeat2, Send, Server, Tags, Users } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { DeskFrame } from '../../desk/desk-frame.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { operatorWords } from '../words.ts'
import { useOverview } from './operator-queries.ts'

/** The operators' frame. */
export function OperatorFrame(): ReactNode {
  const say = useWords(operatorWords)
  return (
    <DeskFrame
      whose="operator"
      home="/operator"
      title={say('title')}
      gate={{
        nobodyTitle: say('gate.nobodyTitle'),
        nobodyText: say('gate.nobodyText'),
        notTitle: say('gate.notTitle'),
        notText: say('gate.notText'),
        notDevelopment: say('gate.notDevelopment'),
      }}
      headerClass="md:sticky md:top-0"
      lineClass="max-w-7xl gap-3"
    >
      <div className="mx-auto w-full max-w-7xl grow gap-8 px-4 pb-10 sm:px-6 md:grid md:grid-cols-[12.5rem_minmax(0,1fr)] md:pt-8">
        <Sections />
        <main
          id="content"
          tabIndex={-1}
          className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-5 outline-none"
        >
          <Outlet />
        </main>
      </div>
    </DeskFrame>
  )
}

const SECTIONS = ['overview', 'apps', 'users', 'posts', 'deliveries', 'replays', 'nodes', 'history'] as const

const ICONS: Readonly<Record<(typeof SECTIONS)[number], LucideIcon>> = {
  overview: Gauge,
  apps: Boxes,
  users: Users,
  posts: Tags,
  deliveries: Send,
  replays: Repeat2,
  nodes: Server,
  history: History,
}

/** Beside the page; on a phone a line above it that moves sideways. */
function Sections(): ReactNode {
  const say = useWords(operatorWords)
  const path = useLocation({ select: ({ pathname }) => pathname })
  const list = useRef<HTMLUListElement>(null)
  const { data } = useOverview()
  useEffect(() => {
    const here = list.current?.querySelector(`[aria-current="page"], [href="${path}"]`)
    here?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [path])
  return (
    <nav
      aria-label={say('navigation')}
      className="max-md:sticky max-md:top-0 max-md:z-20 max-md:-mx-4 max-md:mb-5 max-md:border-b max-md:border-line max-md:bg-paper max-md:sm:-mx-6 md:sticky md:top-24 md:self-start"
    >
      <ul
        ref={list}
        className="flex gap-1 max-md:overflow-x-auto max-md:px-4 max-md:py-2 max-md:sm:px-6 md:flex-col"
      >
        {SECTIONS.map((section) => {
          const Icon = ICONS[section]
          return (
            <li key={section} className="shrink-0">
              <Link
                to={section === 'overview' ? '/operator' : `/operator/${section}`}
                activeOptions={{ exact: section === 'overview', includeSearch: false }}
                activeProps={{ className: 'bg-accent-soft !text-accent', 'aria-current': 'page' }}
                className="flex min-h-11 items-center gap-3 rounded-normal px-3 font-semibold whitespace-nowrap text-soft transition-colors hover:bg-sunken hover:text-ink"
              >
                <Icon
                  aria-hidden="true"
                  className={section === 'deliveries' ? 'points size-4.5 shrink-0' : 'size-4.5 shrink-0'}
                />
                <span className="grow">{say(`sections.${section}`)}</span>
                {section === 'apps' && data && data.apps.awaiting > 0 && <Count count={data.apps.awaiting} />}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

function Count({ count }: { count: number }): ReactNode {
  const format = useFormat()
  const say = useWords(operatorWords)
  return (
    <span className="rounded-full bg-warn-soft px-2 text-xs leading-5 font-bold text-warn">
      {format.number(count)}
      <span className="sr-only"> {say('appState.awaiting')}</span>
    </span>
  )
}
