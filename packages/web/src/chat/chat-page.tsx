import { Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { MessageSquare } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { classNames } from '../ui/class-names.ts'
import { EmptyState } from '../ui/states.tsx'
import { ConversationActions } from './conversation-actions.tsx'
import { ConversationColumn } from './conversation-list/conversation-column.tsx'
import { ConversationPane } from './conversation-pane.tsx'
import { BackToList } from './pane/back-to-list.tsx'
import { chatWords } from './words.ts'

/** The list beside the conversation; on a phone one after the other. */
export function ChatPage(): ReactNode {
  const { conversationId, slug } = useParams({ strict: false })
  const navigate = useNavigate()
  const say = useWords(chatWords)
  const list = useRef<HTMLElement>(null)
  const isChosen = conversationId !== undefined || slug !== undefined
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing || event.defaultPrevented || !isChosen) return
    // Menus and dialogs close by Escape themselves, outside of this part of the page.
    void navigate({ to: '/chat' }).then(() =>
      list.current?.querySelector<HTMLElement>('[data-conversation][tabindex="0"]')?.focus(),
    )
  }
  return (
    <main onKeyDown={onKeyDown} className="flex min-h-0 grow">
      <h1 className="sr-only">{say('conversations')}</h1>
      <ConversationColumn
        ref={list}
        chosenId={conversationId ?? null}
        className={classNames('w-full md:w-80 lg:w-96', isChosen && 'hidden md:flex')}
      />
      <div className={classNames('min-h-0 min-w-0 grow', !isChosen && 'hidden md:block')}>
        <Outlet />
      </div>
    </main>
  )
}

export function NoneChosen(): ReactNode {
  const say = useWords(chatWords)
  return (
    <div className="grid h-full place-items-center">
      <EmptyState icon={<MessageSquare />} title={say('choose.title')}>
        {say('choose.text')}
      </EmptyState>
    </div>
  )
}

export function ChosenConversation(): ReactNode {
  const { conversationId = '' } = useParams({ strict: false })
  return (
    <ConversationPane
      key={conversationId}
      conversationId={conversationId}
      headerStart={<BackToList className="md:hidden" />}
      headerEnd={<ConversationActions conversationId={conversationId} />}
    />
  )
}
