import { Link, Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { DeskFrame } from '../../desk/desk-frame.tsx'
import { useWords } from '../../i18n/use-words.ts'
import { consoleWords } from '../words.ts'

/** The console's frame, for app developers. */
export function ConsoleFrame(): ReactNode {
  const say = useWords(consoleWords)
  return (
    <DeskFrame
      whose="developer"
      home="/console"
      gate={{
        nobodyTitle: say('gate.nobodyTitle'),
        nobodyText: say('gate.nobodyText'),
        notTitle: say('gate.notTitle'),
        notText: say('gate.notText'),
        notDevelopment: say('gate.notDevelopment'),
      }}
      headerClass="sticky top-0"
      lineClass="max-w-6xl flex-wrap gap-x-4"
      parts={<Parts />}
    >
      <div
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl grow px-4 py-6 outline-none sm:px-6 md:py-8"
      >
        <Outlet />
      </div>
    </DeskFrame>
  )
}

const TAB =
  'inline-flex min-h-11 items-center rounded-normal px-3 font-semibold whitespace-nowrap text-soft hover:bg-sunken hover:text-ink max-sm:px-2 max-sm:text-sm'
const ACTIVE = { className: 'bg-accent-soft !text-accent' } as const

function Parts(): ReactNode {
  const say = useWords(consoleWords)
  return (
    <nav aria-label={say('section')} className="flex gap-1 max-sm:order-last max-sm:w-full max-sm:flex-wrap">
      <Link to="/console" activeOptions={{ exact: true }} activeProps={ACTIVE} className={TAB}>
        {say('myApps')}
      </Link>
      <Link to="/console/posts" activeProps={ACTIVE} className={TAB}>
        {say('posts')}
      </Link>
      <a href="/errors" className={TAB}>
        {say('docs')}
      </a>
    </nav>
  )
}
