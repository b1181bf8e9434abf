import type { AppLabel } from './message-shapes.ts'

export interface Preview {
  mine: boolean
  app?: AppLabel
  type: string
  deleted?: true
  /** The beginning of the text. */
  text: string
  sent_at: string
}

export interface Conversation {
  id: string
  type: 'POST' | 'BOT'
  /** Absent in a chatbot's conversation. */
  side?: 'SUPPLY' | 'DEMAND'
  peer: { name: string; deleted?: true }
  /** The app whose chatbot it is. */
  app?: AppLabel & { avatar_url: string | null }
  post?: { post_token: string; title: string; state: string; image: string | null }
  last_message: Preview | null
  last_sequence: number
  read_sequence: number
  /** Up to where the other side has read; absent in a chatbot's conversation. */
  peer_read_sequence?: number
  /** 1000 stands for any more. */
  unread_count: number
  active_at: string
  can_send: boolean
  blocked: boolean
}

export interface ConversationPage {
  conversations: Conversation[]
  next_cursor: string | null
}

/** Where the place of reading stands. */
export interface ReadPlace {
  read_sequence: number
  unread_count: number
}
