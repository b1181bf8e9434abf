import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, memo, type ReactNode } from 'react'
import type { Conversation } from '../../api/person/conversation-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Tick } from '../message-list/tick.tsx'
import { previewWords } from '../preview-words.ts'
import { useUnread } from '../use-conversation.ts'
import { chatWords } from '../words.ts'

export interface ConversationItemProps {
  conversation: Conversation
  isChosen: boolean
  /** Where the Tab key stops in the list. */
  isStop: boolean
  onFocus: () => void
  onKeyDown: (event: KeyboardEvent) => void
}

/** A conversation in the list: with whom, about what, the last words, and how many are new. */
export const ConversationItem = memo(function ConversationItem(props: ConversationItemProps): ReactNode {
  const { conversation, isChosen, isStop, onFocus, onKeyDown } = props
  const say = useWords(chatWords)
  const { number } = useFormat()
  const unread = useUnread(conversation)
  const { peer, post, app, type } = conversation
  const name = peer.name || say('nobody')
  return (
    <Link
      to="/chat/$conversationId"
      params={{ conversationId: conversation.id }}
      data-conversation={conversation.id}
      tabIndex={isStop ? 0 : -1}
      aria-current={isChosen ? 'page' : undefined}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      className={classNames(
        'flex h-21 items-center gap-3 px-4 outline-offset-[-2px] transition-colors',
        isChosen
          ? 'bg-sunken shadow-[inset_3px_0_0_var(--accent)] rtl:shadow-[inset_-3px_0_0_var(--accent)]'
          : 'hover:bg-sunken/60',
      )}
    >
      <Avatar
        name={name}
        imageUrl={type === 'BOT' ? app?.avatar_url : post?.image}
        shape={type === 'BOT' ? 'app' : 'person'}
      />
      <span className="grid min-w-0 grow grid-cols-[minmax(0,1fr)]">
        <span className="flex items-baseline gap-2">
          <span className="flex min-w-0 grow">
            <BidiText className="min-w-0 truncate font-semibold">{name}</BidiText>
          </span>
          <When moment={conversation.last_message?.sent_at ?? conversation.active_at} />
        </span>
        <span className="flex text-xs leading-5 text-soft">
          {post ? <BidiText className="min-w-0 truncate">{post.title}</BidiText> : say('chatbot')}
        </span>
        <span className="flex items-center gap-2">
          <LastWords conversation={conversation} />
          {unread > 0 && (
            <span className="grid h-5 min-w-5 shrink-0 place-items-center rounded-full bg-accent px-1.5 text-xs font-semibold text-on-accent">
              <span aria-hidden="true">
                {unread >= MOST_SHOWN ? `${number(MOST_SHOWN - 1)}+` : number(unread)}
              </span>
              <span className="sr-only">{say('list.unread', { count: unread })}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  )
})

const MOST_SHOWN = 1000

/** The time today, the day before that. */
function When({ moment }: { moment: string }): ReactNode {
  const { day, dayKey, time } = useFormat()
  const isToday = dayKey(moment) === dayKey(new Date())
  return (
    <time dateTime={moment} className="shrink-0 text-xs text-soft">
      {isToday ? time(moment) : day(moment)}
    </time>
  )
}

function LastWords({ conversation }: { conversation: Conversation }): ReactNode {
  const say = useWords(chatWords)
  const { last_message: last, last_sequence, peer_read_sequence = 0 } = conversation
  if (!last)
    return <span className="min-w-0 grow truncate text-sm text-soft italic">{say('preview.none')}</span>
  return (
    <span className="flex min-w-0 grow items-center gap-1 text-sm text-soft">
      {last.mine && !last.app && <Tick state={last_sequence <= peer_read_sequence ? 'read' : 'sent'} />}
      {last.app && (
        <span className="flex max-w-1/2 shrink-0 text-app">
          <BidiText className="min-w-0 truncate">{last.app.display_name}</BidiText>:
        </span>
      )}
      <BidiText className="min-w-0 truncate">{previewWords(say, last)}</BidiText>
    </span>
  )
}
