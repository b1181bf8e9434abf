import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { PreferencesMenu } from '../../shell/preferences-menu.tsx'
import { shellWords } from '../../shell/words.ts'
import { sideWords } from './side-words.ts'

const PAGES = [
  { to: '/notices', name: 'notices' },
  { to: '/connected-apps', name: 'connectedApps' },
  { to: '/blocked', name: 'blocked' },
] as const

/** On a phone a line under the one that is open, beside each other; else a pill. */
const TAB = [
  'flex min-h-11 items-center justify-center px-2 font-semibold whitespace-nowrap text-soft transition-colors hover:text-ink',
  'aria-[current=page]:text-accent max-sm:border-b-2 max-sm:border-transparent max-sm:text-sm max-sm:aria-[current=page]:border-accent',
  'sm:rounded-normal sm:px-4 sm:hover:bg-sunken sm:aria-[current=page]:bg-accent-soft',
].join(' ')

export interface SidePageProps {
  name: (typeof PAGES)[number]['name']
  /** What this page is about, where its name does not say. */
  intro?: string
  /** Beside the heading. */
  action?: ReactNode
  children: ReactNode
}

/** A page of the person's beside their conversations: the way back, the others of its kind, and its own content. */
export function SidePage({ name, intro, action, children }: SidePageProps): ReactNode {
  const say = useWords(sideWords)
  const shell = useWords(shellWords)
  const title = `${say(name)} · ${shell('brand')}`
  useEffect(() => {
    const before = document.title
    document.title = title
    return () => {
      document.title = before
    }
  }, [title])
  return (
    <div className="flex min-h-0 grow flex-col overflow-y-auto bg-ground">
      <header className="sticky top-0 z-10 border-b border-line bg-paper">
        <div className="mx-auto flex max-w-3xl flex-wrap items-center gap-x-1 px-2 pt-2 sm:px-4 sm:pb-2">
          <Link
            to="/chat"
            aria-label={say('back')}
            title={say('back')}
            className="inline-grid size-11 shrink-0 place-items-center rounded-normal text-soft transition-colors hover:bg-sunken hover:text-ink"
          >
            <ArrowLeft aria-hidden="true" className="points size-5" />
          </Link>
          <nav aria-label={say('pages')} className="min-w-0 grow max-sm:order-last max-sm:w-full">
            <ul className="flex max-sm:justify-between sm:gap-1">
              {PAGES.map((page) => (
                <li key={page.to} className="max-sm:grow">
                  <Link to={page.to} className={TAB}>
                    {say(page.name)}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <span className="max-sm:grow sm:hidden" />
          <PreferencesMenu />
        </div>
      </header>
      <main className="mx-auto w-full max-w-3xl grow px-4 pt-6 pb-16 sm:px-6 sm:pt-10">
        <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 pb-6">
          <div className="grid max-w-xl gap-1">
            <h1 className="text-2xl font-bold">{say(name)}</h1>
            {intro && <p className="text-soft text-pretty">{intro}</p>}
          </div>
          {action}
        </div>
        {children}
      </main>
    </div>
  )
}
