import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { Spinner } from '../../ui/spinner.tsx'
import { usePerson } from '../person-scope.tsx'
import type { ConversationList as List } from '../state/conversation-list.ts'
import { ConversationItem } from './conversation-item.tsx'

const ITEM_PX = 84
/** From so many conversations before the end the next page is loaded. */
const AHEAD = 15

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

/** One stop for the Tab key; within it the arrows go from one conversation to the next. */
export function ConversationList({ list, chosenId }: { list: List; chosenId: string | null }): ReactNode {
  const { loader } = usePerson()
  const { conversations, cursor } = list
  const scroller = useRef<HTMLDivElement>(null)
  const handle = useRef<VirtualizerHandle>(null)
  const [focusedId, setFocusedId] = useState<string | null>(null)
  const at = (id: string | null): number => conversations.findIndex((each) => each.id === id)
  const current = Math.max(0, at(focusedId), focusedId === null ? at(chosenId) : -1)

  const lookAhead = (): void => {
    const list = handle.current
    if (!list || cursor === null) return
    const last = list.findItemIndex(list.scrollOffset + list.viewportSize)
    if (last + AHEAD >= conversations.length) loader.loadMoreConversations()
  }
  useEffect(lookAhead)

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key]
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const next = Math.min(conversations.length - 1, Math.max(0, current + step))
    const id = conversations[next]?.id ?? null
    setFocusedId(id)
    handle.current?.scrollToIndex(next, { align: 'nearest' })
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-conversation="${id}"]`)?.focus(),
    )
  }

  return (
    <div
      ref={scroller}
      className="virtual-list min-h-0 grow overflow-x-hidden overflow-y-auto overscroll-contain pb-[env(safe-area-inset-bottom)]"
    >
      <Virtualizer
        ref={handle}
        as="ul"
        item="li"
        data={conversations}
        itemSize={ITEM_PX}
        keepMounted={[current]}
        onScroll={lookAhead}
      >
        {(conversation, index) => (
          <ConversationItem
            key={conversation.id}
            conversation={conversation}
            isChosen={conversation.id === chosenId}
            isStop={index === current}
            onFocus={() => setFocusedId(conversation.id)}
            onKeyDown={onKeyDown}
          />
        )}
      </Virtualizer>
      {cursor !== null && (
        <div className="grid place-items-center p-4">
          <Spinner />
        </div>
      )}
    </div>
  )
}
