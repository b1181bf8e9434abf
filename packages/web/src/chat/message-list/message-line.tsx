import { memo, type ReactNode } from 'react'
import type { Conversation } from '../../api/person/conversation-shapes.ts'
import type { Message } from '../../api/person/message-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { ButtonRows } from '../buttons/button-rows.tsx'
import { MessageContent } from '../content/message-content.tsx'
import { chatWords } from '../words.ts'
import { AppName } from './app-name.tsx'
import type { MessageRow } from './message-rows.ts'
import { OutgoingContent, OutgoingTrouble } from './outgoing-bubble.tsx'
import { Tick, type TickState } from './tick.tsx'

export interface MessageLineProps {
  row: MessageRow
  conversation: Conversation
  isLast: boolean
  isSelected: boolean
  onSelect?: ((message: Message) => void) | undefined
}

/** One message with what stands around it: its day, the mark of what is new, its buttons. */
export const MessageLine = memo(function MessageLine(props: MessageLineProps): ReactNode {
  const { row, conversation, isLast, isSelected, onSelect } = props
  const { message, outgoing, mine } = row
  const say = useWords(chatWords)
  const app = message?.app ?? null
  const who = mine ? say('you') : conversation.peer.name || say('nobody')
  return (
    <article
      data-row={row.key}
      data-message-id={message?.id}
      data-sequence={message?.sequence}
      aria-label={app ? say('messages.byApp', { name: app.display_name }) : say('messages.by', { name: who })}
      className={classNames('mx-auto w-full max-w-3xl px-3 sm:px-6', isLast ? 'pb-4' : '')}
    >
      {row.beginsDay && <DayMark moment={row.sentAt} />}
      {row.beginsUnread && <UnreadMark />}
      <div
        className={classNames(
          'flex w-fit max-w-[min(85%,34rem)] min-w-0 flex-col gap-1',
          mine ? 'ms-auto items-end' : 'items-start',
          row.beginsGroup && !row.beginsDay ? 'pt-3' : 'pt-1',
          message?.buttons && 'w-full sm:max-w-md',
        )}
      >
        <div
          data-bubble={row.key}
          className={classNames(
            'relative max-w-full min-w-0 overflow-hidden rounded-large shadow-[0_1px_1px_rgb(16_24_32/8%)]',
            mine ? 'bg-mine' : 'bg-theirs',
            row.endsGroup && (mine ? 'rounded-ee-small' : 'rounded-es-small'),
            message?.buttons && 'w-full',
            onSelect && message && 'cursor-pointer',
            isSelected && 'outline-2 outline-accent',
          )}
        >
          {app && <AppName app={app} />}
          {message && (
            <MessageContent
              message={message}
              meta={
                <Meta
                  sentAt={row.sentAt}
                  tick={mine ? tickOf(message, conversation) : null}
                  onSelect={onSelect && (() => onSelect(message))}
                />
              }
            />
          )}
          {outgoing && (
            <OutgoingContent entry={outgoing} meta={<Meta sentAt={row.sentAt} tick={outgoing.state} />} />
          )}
        </div>
        {message?.buttons && <ButtonRows message={message} grid={message.buttons} />}
        {outgoing && <OutgoingTrouble entry={outgoing} />}
      </div>
    </article>
  )
})

const tickOf = (message: Message, conversation: Conversation): TickState =>
  message.sequence <= (conversation.peer_read_sequence ?? 0) ? 'read' : 'sent'

interface MetaProps {
  sentAt: string
  tick: TickState | null
  onSelect?: (() => void) | undefined
}

function Meta({ sentAt, tick, onSelect }: MetaProps): ReactNode {
  const { time, dateTime } = useFormat()
  const at = (
    <time dateTime={sentAt} title={dateTime(sentAt)}>
      {time(sentAt)}
    </time>
  )
  return (
    <span className="inline-flex items-center gap-1 text-xs whitespace-nowrap text-soft">
      {onSelect ? (
        <button type="button" onClick={onSelect} className="rounded-small underline-offset-2 hover:underline">
          {at}
        </button>
      ) : (
        at
      )}
      {tick !== null && <Tick state={tick} />}
    </span>
  )
}

function DayMark({ moment }: { moment: string }): ReactNode {
  const { day } = useFormat()
  return (
    <div className="flex justify-center py-3">
      <span className="inline-block rounded-full bg-sunken px-3 py-0.5 text-xs font-semibold text-soft first-letter:uppercase">
        {day(moment)}
      </span>
    </div>
  )
}

function UnreadMark(): ReactNode {
  const say = useWords(chatWords)
  return (
    <div className="my-2 flex items-center gap-3 text-sm font-semibold text-accent">
      <span className="h-px grow bg-accent-soft" />
      {say('messages.unread')}
      <span className="h-px grow bg-accent-soft" />
    </div>
  )
}
