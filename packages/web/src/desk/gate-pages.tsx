import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { MessagePage } from '../shell/message-page.tsx'
import { useStart } from '../shell/start-context.tsx'
import { deskWords } from './words.ts'

const MAIN =
  'inline-grid min-h-11 place-items-center rounded-normal bg-accent px-5 font-semibold text-on-accent hover:bg-accent-strong'
const PLAIN =
  'inline-grid min-h-11 place-items-center rounded-normal border border-line px-5 font-semibold hover:bg-sunken'

/** What somebody is told to whom these pages are closed. */
export interface GateTexts {
  nobodyTitle: string
  nobodyText: string
  notTitle: string
  notText: string
  /** Whom to be on a development server. */
  notDevelopment: string
}

export function NobodyPage({ texts }: { texts: GateTexts }): ReactNode {
  const say = useWords(deskWords)
  const { login_url } = useStart()
  return (
    <MessagePage
      title={texts.nobodyTitle}
      action={
        <a href={login_url} className={MAIN}>
          {say('logIn')}
        </a>
      }
    >
      <p>{texts.nobodyText}</p>
    </MessagePage>
  )
}

/** For a person of another kind. */
export function NotForYouPage({ texts }: { texts: GateTexts }): ReactNode {
  const say = useWords(deskWords)
  const { mode, login_url } = useStart()
  const isDevelopment = mode === 'development'
  return (
    <MessagePage
      title={texts.notTitle}
      action={
        <div className="flex flex-wrap justify-center gap-3">
          <Link to="/chat" className={isDevelopment ? PLAIN : MAIN}>
            {say('toChat')}
          </Link>
          {isDevelopment && (
            <a href={login_url} className={MAIN}>
              {say('otherPerson')}
            </a>
          )}
        </div>
      }
    >
      <p>{texts.notText}</p>
      {isDevelopment && <p className="mt-3">{texts.notDevelopment}</p>}
    </MessagePage>
  )
}
