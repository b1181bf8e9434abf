import { useCallback, useMemo } from 'react'
import type { Conversation } from '../api/person/conversation-shapes.ts'
import { useChat } from './person-scope.tsx'
import type { OpenTimeline } from './state/chat-state.ts'
import type { Outgoing } from './state/outgoing.ts'

export const useConversation = (id: string): Conversation | undefined =>
  useChat(useCallback((state) => state.conversations.get(id), [id]))

/** Why a conversation could not be loaded; undefined when it was. */
export const useGone = (id: string): unknown =>
  useChat(useCallback((state) => (state.conversations.has(id) ? undefined : state.gone.get(id)), [id]))

export const useTimeline = (id: string): OpenTimeline | undefined =>
  useChat(useCallback((state) => state.timelines.get(id), [id]))

/** What waits to be sent in a conversation. */
export function useOutgoing(id: string): readonly Outgoing[] {
  const outbox = useChat((state) => state.outbox)
  return useMemo(() => outbox.filter((entry) => entry.conversation_id === id), [outbox, id])
}

/** New messages in a conversation: what was seen on this page counts as read before the server has heard of it. */
export function useUnread(conversation: Conversation): number {
  const seen = useChat(useCallback((state) => state.seen.get(conversation.id) ?? 0, [conversation.id]))
  return seen >= conversation.last_sequence ? 0 : conversation.unread_count
}
