import { Link } from '@tanstack/react-router'
import { MessageSquare } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { Brand } from '../shell/brand.tsx'
import { PreferencesMenu } from '../shell/preferences-menu.tsx'
import { RequestScope } from '../shell/request-scope.tsx'
import { useStart } from '../shell/start-context.tsx'
import { shellWords } from '../shell/words.ts'
import { classNames } from '../ui/class-names.ts'
import { type GateTexts, NobodyPage, NotForYouPage } from './gate-pages.tsx'
import { deskWords } from './words.ts'

export interface DeskFrameProps {
  /** What a person must be marked as. */
  whose: 'developer' | 'operator'
  gate: GateTexts
  home: '/console' | '/operator'
  /** After the brand: what these pages are called. */
  title?: string
  /** In the header: the ways to its parts. */
  parts?: ReactNode
  /** Class names of the header, and of the line within it. */
  headerClass: string
  lineClass: string
  /** One element of it has the id `content`. */
  children: ReactNode
}

/** The frame of pages that somebody works at. To whom they are closed they say why, with a way on. */
export function DeskFrame(props: DeskFrameProps): ReactNode {
  const { whose, gate, home, title, parts, headerClass, lineClass, children } = props
  const { person } = useStart()
  if (person === null) return <NobodyPage texts={gate} />
  if (!person[whose]) return <NotForYouPage texts={gate} />
  return (
    <RequestScope>
      <SkipLink />
      <div className="flex min-h-full flex-col">
        <header className={classNames('z-30 border-b border-line bg-paper', headerClass)}>
          <div className={classNames('mx-auto flex items-center px-4 py-2 sm:px-6', lineClass)}>
            <Link to={home} className="flex min-h-11 items-center gap-3 rounded-small">
              <Brand />
              {title !== undefined && (
                <span className="border-s border-line ps-3 font-semibold text-soft">{title}</span>
              )}
            </Link>
            {parts}
            <Person name={person.name} />
          </div>
        </header>
        {children}
      </div>
    </RequestScope>
  )
}

function SkipLink(): ReactNode {
  const say = useWords(shellWords)
  return (
    <a
      href="#content"
      className="sr-only focus:not-sr-only focus:fixed focus:start-4 focus:top-4 focus:z-50 focus:rounded-normal focus:bg-paper focus:px-4 focus:py-2"
    >
      {say('skip')}
    </a>
  )
}

function Person({ name }: { name: string }): ReactNode {
  const say = useWords(deskWords)
  return (
    <div className="ms-auto flex items-center gap-1">
      <bdi dir="auto" className="max-w-40 truncate px-2 text-sm text-soft max-sm:hidden">
        {name}
      </bdi>
      <Link
        to="/chat"
        aria-label={say('toChat')}
        title={say('toChat')}
        className="grid size-11 place-items-center rounded-normal text-soft hover:bg-sunken hover:text-ink"
      >
        <MessageSquare aria-hidden="true" className="size-5" />
      </Link>
      <PreferencesMenu />
    </div>
  )
}
