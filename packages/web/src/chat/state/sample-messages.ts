import type { Conversation } from '../../api/person/conversation-shapes.ts'
import type { Message } from '../../api/person/message-shapes.ts'

// What tests of this folder are fed with.

export const CONVERSATION_ID = 'c1'

const at = (sequence: number): string => new Date(Date.UTC(2026, 10, 22, 8, 0, sequence)).toISOString()

export const messageOf = (sequence: number, rest: Partial<Message> = {}): Message => ({
  id: `m${sequence}`,
  conversation_id: CONVERSATION_ID,
  sequence,
  mine: false,
  type: 'TEXT',
  text: `text ${sequence}`,
  sent_at: at(sequence),
  ...rest,
})

export const conversationOf = (rest: Partial<Conversation> = {}): Conversation => ({
  id: CONVERSATION_ID,
  type: 'POST',
  side: 'DEMAND',
  peer: { name: 'کامران' },
  last_message: null,
  last_sequence: 0,
  read_sequence: 0,
  unread_count: 0,
  active_at: at(0),
  can_send: true,
  blocked: false,
  ...rest,
})
