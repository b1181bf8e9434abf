import type { ChatState } from './chat-state.ts'

/** How many conversations hold something that was not seen. */
export function unreadConversations({ conversations, seen }: ChatState): number {
  let waiting = 0
  for (const { id, unread_count, last_sequence } of conversations.values()) {
    if (unread_count > 0 && (seen.get(id) ?? 0) < last_sequence) waiting++
  }
  return waiting
}
