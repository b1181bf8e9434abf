import { Outlet } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { useFormat } from '../i18n/format.ts'
import { useWords } from '../i18n/use-words.ts'
import { pageBase } from '../shell/page-base.ts'
import { useStart } from '../shell/start-context.tsx'
import { shellWords } from '../shell/words.ts'
import { LoggedOut } from './logged-out.tsx'
import { PersonScope, useChat } from './person-scope.tsx'
import { unreadConversations } from './state/unread-conversations.ts'

/** All pages of one person: they share what is known, and one stream. */
export function ChatFrame(): ReactNode {
  const { person } = useStart()
  const base = pageBase(location.pathname)
  if (person === null && base === '') return <LoggedOut />
  return (
    <PersonScope base={base}>
      <WindowTitle />
      <div className="flex h-dvh min-h-0 flex-col overflow-hidden">
        <Outlet />
      </div>
    </PersonScope>
  )
}

/** The tab tells how many conversations wait, also while another one is looked at. */
function WindowTitle(): ReactNode {
  const say = useWords(shellWords)
  const { number } = useFormat()
  const waiting = useChat(unreadConversations)
  const name = `${say('areas.chat')} · ${say('brand')}`
  const title = waiting > 0 ? `(${number(waiting)}) ${name}` : name
  useEffect(() => {
    document.title = title
  }, [title])
  return null
}
