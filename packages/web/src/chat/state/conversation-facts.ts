import type { Conversation, Preview } from '../../api/person/conversation-shapes.ts'
import type { Message } from '../../api/person/message-shapes.ts'

/** What is known of a conversation. */
export interface Known {
  conversation: Conversation
  /** Whether all of it is; what is not is to be asked for again. Null: as it was before. */
  exact: boolean | null
}

/** Most that the server counts. */
export const MOST_UNREAD = 1000

const PREVIEW_LENGTH = 140

const latest = (one: string, other: string): string => (one > other ? one : other)

/**
 * What the server said of a conversation joins what events have told since: places only move forward.
 * @param keepFacts when an event told names, blocks and the like after this answer was asked for.
 */
export function joinView(known: Conversation | undefined, view: Conversation, keepFacts: boolean): Known {
  if (!known) return { conversation: view, exact: true }
  const ahead = view.last_sequence >= known.last_sequence
  const readAhead = view.read_sequence >= known.read_sequence
  const behind = known.last_sequence >= view.last_sequence && known.read_sequence >= view.read_sequence
  const newest = ahead ? view : known
  const read = Math.max(view.read_sequence, known.read_sequence)
  const allRead = read >= newest.last_sequence
  const counted = ahead && readAhead ? view : behind ? known : newest
  const peerRead = Math.max(view.peer_read_sequence ?? 0, known.peer_read_sequence ?? 0)
  return {
    conversation: {
      ...(keepFacts ? known : view),
      last_message: withDeletion(newest.last_message, ahead ? known : view, newest.last_sequence),
      last_sequence: newest.last_sequence,
      read_sequence: read,
      ...((view.peer_read_sequence ?? known.peer_read_sequence) !== undefined && {
        peer_read_sequence: peerRead,
      }),
      unread_count: allRead ? 0 : counted.unread_count,
      active_at: latest(view.active_at, known.active_at),
    },
    exact: allRead || (ahead && readAhead) ? true : behind ? null : false,
  }
}

/** A deletion that one of two answers about the same message tells is not taken back by the other. */
function withDeletion(newest: Preview | null, other: Conversation, sequence: number): Preview | null {
  const gone = other.last_sequence === sequence && other.last_message?.deleted ? other.last_message : null
  return gone ?? newest
}

/** Somebody wrote. A message that the list holds already changes nothing. */
export function withMessage(known: Conversation, message: Message): Known {
  if (message.sequence <= known.last_sequence) return { conversation: known, exact: null }
  const isUnread = !message.mine && message.sequence > known.read_sequence
  return {
    conversation: {
      ...known,
      last_message: previewOf(message),
      last_sequence: message.sequence,
      active_at: latest(message.sent_at, known.active_at),
      unread_count: isUnread ? Math.min(MOST_UNREAD, known.unread_count + 1) : known.unread_count,
    },
    exact: message.sequence === known.last_sequence + 1 ? null : false,
  }
}

/**
 * I have read further.
 * @param messages a run without a hole; the count is known where it reaches from the place to the last message.
 */
export function withRead(known: Conversation, sequence: number, messages: readonly Message[]): Known {
  if (sequence <= known.read_sequence) return { conversation: known, exact: null }
  const allRead = sequence >= known.last_sequence
  const first = messages[0]?.sequence ?? Number.POSITIVE_INFINITY
  const covered = first <= sequence + 1 && (messages.at(-1)?.sequence ?? 0) >= known.last_sequence
  const counted = messages.filter(
    (each) => !each.mine && each.sequence > sequence && each.sequence <= known.last_sequence,
  ).length
  const unread = allRead ? 0 : covered ? Math.min(MOST_UNREAD, counted) : known.unread_count
  return {
    conversation: { ...known, read_sequence: sequence, unread_count: unread },
    exact: allRead || covered,
  }
}

export function withPeerRead(known: Conversation, sequence: number): Conversation {
  return sequence > (known.peer_read_sequence ?? 0) ? { ...known, peer_read_sequence: sequence } : known
}

export function previewOf(message: Message): Preview {
  return {
    mine: message.mine,
    ...(message.app && { app: message.app }),
    type: message.type,
    ...(message.deleted && { deleted: true as const }),
    text: [...(message.text ?? '')].slice(0, PREVIEW_LENGTH).join(''),
    sent_at: message.sent_at,
  }
}
