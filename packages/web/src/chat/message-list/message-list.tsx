import { ArrowDown } from 'lucide-react'
import {
  type FocusEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from 'react'
import { Virtualizer } from 'virtua'
import type { Conversation } from '../../api/person/conversation-shapes.ts'
import type { Message } from '../../api/person/message-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { useChat, usePerson } from '../person-scope.tsx'
import type { OpenTimeline } from '../state/chat-state.ts'
import { isAtBeginning } from '../state/timeline.ts'
import { useOutgoing, useUnread } from '../use-conversation.ts'
import { chatWords } from '../words.ts'
import { MessageLine } from './message-line.tsx'
import { type MessageRow, messageRows } from './message-rows.ts'
import { useListPlace } from './use-list-place.ts'

export interface MessageListProps {
  conversation: Conversation
  timeline: OpenTimeline
  onSelectMessage?: ((message: Message) => void) | undefined
  selectedMessageId?: string | null | undefined
}

/** Above the first message there is always this much room, so that nothing moves when more are found there. */
const HEAD_PX = 48

const INTERACTIVE = 'a, button, input, audio, video'

/** A second way for the mouse to choose a message: its bubble. By keyboard it is the message's time. */
function usePointing(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly MessageRow[],
  onSelect: ((message: Message) => void) | undefined,
): void {
  useEffect(() => {
    const box = scroller.current
    if (!box || !onSelect) return
    const choose = ({ target }: MouseEvent): void => {
      if (!(target instanceof Element) || target.closest(INTERACTIVE)) return
      const key = target.closest<HTMLElement>('[data-bubble]')?.dataset.bubble
      const message = rows.find((row) => row.key === key)?.message
      if (message) onSelect(message)
    }
    box.addEventListener('click', choose)
    return () => box.removeEventListener('click', choose)
  }, [scroller, rows, onSelect])
}

/** The messages of a conversation, of which only those in view are in the page. */
export function MessageList({
  conversation,
  timeline,
  onSelectMessage,
  selectedMessageId,
}: MessageListProps): ReactNode {
  const say = useWords(chatWords)
  const { dayKey } = useFormat()
  const { loader } = usePerson()
  const outgoing = useOutgoing(conversation.id)
  const keys = useChat((state) => state.keys)
  const [unreadAfter] = useState(() => (conversation.unread_count > 0 ? conversation.read_sequence : null))
  const rows = useMemo(
    () => messageRows({ messages: timeline.shown, outgoing, keys, unreadAfter, dayKey }),
    [timeline.shown, outgoing, keys, unreadAfter, dayKey],
  )
  const beginning = isAtBeginning(timeline)
  const [older, setOlder] = useState<'idle' | 'loading' | 'failed'>('idle')
  const loadOlder = useCallback(() => {
    setOlder('loading')
    loader.loadOlder(conversation.id).then(
      () => setOlder('idle'),
      () => setOlder('failed'),
    )
  }, [loader, conversation.id])
  const place = useListPlace({
    conversationId: conversation.id,
    rows,
    needsOlder: !beginning && older === 'idle',
    loadOlder,
  })
  const unread = useUnread(conversation)
  usePointing(place.scroller, rows, onSelectMessage)
  const [focused, setFocused] = useState<string | null>(null)
  const focusedAt = focused === null ? -1 : rows.findIndex(({ key }) => key === focused)
  const keepFocused = (event: FocusEvent<HTMLElement>): void =>
    setFocused(event.target.closest<HTMLElement>('[data-row]')?.dataset.row ?? null)

  return (
    <div className="relative min-h-0 grow">
      <section
        ref={place.scroller}
        tabIndex={0}
        aria-label={`${say('messages.label')}: ${conversation.peer.name || say('nobody')}`}
        data-placed={place.isPlaced || undefined}
        className="flex h-full flex-col overflow-x-hidden overflow-y-auto overscroll-contain opacity-0 outline-offset-[-2px] [overflow-anchor:none] virtual-list data-placed:opacity-100"
        onFocusCapture={keepFocused}
        onBlurCapture={() => setFocused(null)}
      >
        <div className="grow" />
        <div className="grid h-12 shrink-0 place-items-center text-sm text-soft">
          {beginning && say('messages.begin')}
          {older === 'loading' && <Spinner />}
          {older === 'failed' && (
            <Button kind="quiet" size="small" onClick={loadOlder}>
              {say('messages.olderFailed')}
            </Button>
          )}
        </div>
        <Virtualizer
          ref={place.handle}
          scrollRef={place.scroller}
          startMargin={HEAD_PX}
          data={rows}
          shift={place.shift}
          keepMounted={focusedAt < 0 ? [] : [focusedAt]}
          onScroll={place.onScroll}
        >
          {(row) => (
            <MessageLine
              key={row.key}
              row={row}
              conversation={conversation}
              isLast={row === rows.at(-1)}
              isSelected={row.message !== null && row.message.id === selectedMessageId}
              onSelect={onSelectMessage}
            />
          )}
        </Virtualizer>
      </section>
      {!place.isAtEnd && (
        <button
          type="button"
          onClick={place.toEnd}
          className="absolute end-4 bottom-3 inline-flex min-h-11 min-w-11 items-center justify-center gap-2 rounded-full border border-line bg-raised px-3 font-semibold shadow-raised hover:bg-sunken"
        >
          <ArrowDown aria-hidden="true" className="size-5 text-soft" />
          {unread > 0 ? (
            <span className="text-sm text-accent">{say('messages.newBelow', { count: unread })}</span>
          ) : (
            <span className="sr-only">{say('messages.toEnd')}</span>
          )}
        </button>
      )}
    </div>
  )
}
