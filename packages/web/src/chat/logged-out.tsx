import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { MessagePage } from '../shell/message-page.tsx'
import { useStart } from '../shell/start-context.tsx'
import { chatWords } from './words.ts'

/** Nobody is logged in: the marketplace knows its people, and sends them here. */
export function LoggedOut(): ReactNode {
  const say = useWords(chatWords)
  const { login_url } = useStart()
  return (
    <MessagePage
      title={say('loggedOut.title')}
      action={
        <a
          href={login_url}
          className="grid min-h-11 place-items-center rounded-normal bg-accent px-6 font-semibold text-on-accent hover:bg-accent-strong"
        >
          {say('loggedOut.logIn')}
        </a>
      }
    >
      <p>{say('loggedOut.text')}</p>
    </MessagePage>
  )
}
