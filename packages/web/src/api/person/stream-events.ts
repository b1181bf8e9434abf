import type { Conversation } from './conversation-shapes.ts'
import type { Message } from './message-shapes.ts'
import type { Notice } from './notice-shapes.ts'

/** Everything that the stream tells (docs/user-api.md#the-stream). */
export type StreamEvent =
  | { kind: 'ready' | 'resync' | 'grants'; data: Record<string, never> }
  | { kind: 'message'; data: Message }
  | { kind: 'notice'; data: Notice }
  | { kind: 'read'; data: { conversation_id: string; read_sequence: number } }
  | { kind: 'peer_read'; data: { conversation_id: string; peer_read_sequence: number } }
  | { kind: 'conversation'; data: Conversation }
  | { kind: 'notices_read'; data: { unread_count: number; ids: string[] | null } }

const KINDS: Readonly<Record<StreamEvent['kind'], true>> = {
  ready: true,
  resync: true,
  grants: true,
  message: true,
  notice: true,
  read: true,
  peer_read: true,
  conversation: true,
  notices_read: true,
}

/** Null for what a newer server tells and this page does not know, and for what is no JSON. */
export function readStreamEvent(event: string, data: string): StreamEvent | null {
  if (!Object.hasOwn(KINDS, event)) return null
  try {
    return { kind: event, data: JSON.parse(data) } as StreamEvent
  } catch {
    return null
  }
}
