import { Link } from '@tanstack/react-router'
import { MessagesSquare, SearchX } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import type { Message } from '../api/person/message-shapes.ts'
import { useWords } from '../i18n/use-words.ts'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { DropArea } from './attach/drop-area.tsx'
import { Composer } from './composer/composer.tsx'
import { MessageList } from './message-list/message-list.tsx'
import { Arrivals } from './pane/arrivals.tsx'
import { LinkLine } from './pane/link-line.tsx'
import { PaneHeader } from './pane/pane-header.tsx'
import { PaneSkeleton } from './pane/pane-skeleton.tsx'
import { isNotThere } from './person/load-chat.ts'
import { usePerson } from './person-scope.tsx'
import { useConversation, useGone, useOutgoing, useTimeline } from './use-conversation.ts'
import { chatWords } from './words.ts'

export interface ConversationPaneProps {
  conversationId: string
  /** Told of the message that the person points at, for pages that show more about it. */
  onSelectMessage?: (message: Message) => void
  selectedMessageId?: string | null
  /** Before the name in the header, such as the way back. */
  headerStart?: ReactNode
  /** After it, such as menus. */
  headerEnd?: ReactNode
  /** Instead of the header. */
  header?: ReactNode
}

/** One conversation of the person in scope: its messages, live, and where they write. It fills its container. */
export function ConversationPane(props: ConversationPaneProps): ReactNode {
  const { conversationId: id, onSelectMessage, selectedMessageId, header, headerStart, headerEnd } = props
  const say = useWords(chatWords)
  const { openConversation, loader } = usePerson()
  const conversation = useConversation(id)
  const timeline = useTimeline(id)
  const outgoing = useOutgoing(id)
  const gone = useGone(id)
  useEffect(() => openConversation(id), [openConversation, id])

  if (gone !== undefined) {
    return (
      <div className="grid h-full place-items-center">
        {isNotThere(gone) ? (
          <EmptyState
            icon={<SearchX />}
            title={say('gone.title')}
            action={
              <Link to="/chat" className="font-semibold text-accent underline underline-offset-4">
                {say('gone.back')}
              </Link>
            }
          >
            {say('gone.text')}
          </EmptyState>
        ) : (
          <ErrorState error={gone} onRetry={() => loader.loadConversation(id)} />
        )}
      </div>
    )
  }
  if (!conversation) return <PaneSkeleton />
  const isEmpty = timeline?.status === 'ready' && timeline.shown.length === 0 && outgoing.length === 0
  return (
    <DropArea
      conversationId={id}
      label={conversation.peer.name || say('nobody')}
      isOpen={conversation.can_send}
    >
      {header ?? <PaneHeader conversation={conversation} start={headerStart} end={headerEnd} />}
      <LinkLine />
      {timeline?.status === 'failed' ? (
        <div className="grow">
          <ErrorState error={timeline.error} onRetry={() => loader.loadLatest(id)} />
        </div>
      ) : isEmpty ? (
        <div className="grid grow place-items-center">
          <EmptyState icon={<MessagesSquare />} title={say('messages.empty')}>
            {conversation.can_send && say('messages.emptyText')}
          </EmptyState>
        </div>
      ) : timeline?.status === 'ready' ? (
        <MessageList
          key={`read ${id}`}
          conversation={conversation}
          timeline={timeline}
          onSelectMessage={onSelectMessage}
          selectedMessageId={selectedMessageId}
        />
      ) : (
        <PaneSkeleton withoutHeader />
      )}
      <Arrivals conversationId={id} peerName={conversation.peer.name || say('nobody')} />
      <Composer key={`${id} composer`} conversation={conversation} />
    </DropArea>
  )
}
