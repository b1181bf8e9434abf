import { type AppLabel, appLabel } from './view-message.ts'

/** A conversation as conversation-store.ts reads it for one user. */
export interface ConversationRow {
  id: string
  type: 'POST' | 'BOT'
  is_supplier: boolean | null
  last_sequence: number
  active_at: string
  read_sequence: number
  /** As the other side shows it. */
  peer_read_sequence: number
  peer_name: string | null
  peer_deleted: boolean | null
  post_token: string | null
  post_title: string | null
  post_state: string | null
  post_image: string | null
  bot_slug: string | null
  bot_display_name: string | null
  bot_avatar_url: string | null
  unread_count: number
  last_mine: boolean | null
  last_text: string | null
  last_deleted: boolean | null
  last_type: string | null
  last_sent_at: string | null
  last_app_slug: string | null
  last_app_display_name: string | null
  /** By the user. */
  blocked: boolean
  /** By the other side, or by the host; also where the host has not approved the app to chat. */
  restricted: boolean
}

/** A conversation as one of its two sides sees it. */
export interface ConversationView {
  id: string
  type: 'POST' | 'BOT'
  /** Which side the user is on; absent in a chatbot's conversation. */
  side?: 'SUPPLY' | 'DEMAND'
  /** The other side: a person, or the app whose chatbot it is. A deleted person has no name. */
  peer: { name: string; deleted?: true }
  app?: AppLabel & { avatar_url: string | null }
  post?: { post_token: string; title: string; state: string; image: string | null }
  last_message: PreviewView | null
  last_sequence: number
  /** Up to where the user has read. */
  read_sequence: number
  /** Up to where the other side has read, as far as that is told; absent in a chatbot's conversation. */
  peer_read_sequence?: number
  /** Messages of others behind it; 1000 stands for any more. */
  unread_count: number
  active_at: string
  /** False when a block on either side, or the host, keeps messages out. */
  can_send: boolean
  /** Whether the user has blocked the other side. */
  blocked: boolean
}

export interface PreviewView {
  mine: boolean
  app?: AppLabel
  type: string
  /** Its writer was deleted, and what it said with them. */
  deleted?: true
  /** The beginning of the text, at most 140 characters. */
  text: string
  sent_at: string
}

export function viewConversation(row: ConversationRow): ConversationView {
  const app = appLabel(row.bot_slug, row.bot_display_name)
  return {
    id: row.id,
    type: row.type,
    ...(row.type === 'POST' && { side: row.is_supplier ? ('SUPPLY' as const) : ('DEMAND' as const) }),
    peer: {
      name: row.peer_name ?? app?.display_name ?? '',
      ...(row.peer_deleted && { deleted: true as const }),
    },
    ...(app && { app: { ...app, avatar_url: row.bot_avatar_url } }),
    ...(row.post_token !== null && {
      post: {
        post_token: row.post_token,
        title: row.post_title ?? '',
        state: row.post_state ?? '',
        image: row.post_image,
      },
    }),
    last_message: preview(row),
    last_sequence: row.last_sequence,
    read_sequence: row.read_sequence,
    ...(row.type === 'POST' && { peer_read_sequence: row.peer_read_sequence }),
    unread_count: row.unread_count,
    active_at: row.active_at,
    can_send: !row.blocked && !row.restricted,
    blocked: row.blocked,
  }
}

function preview(row: ConversationRow): PreviewView | null {
  if (row.last_sent_at === null) return null
  const app = appLabel(row.last_app_slug, row.last_app_display_name)
  return {
    mine: row.last_mine === true,
    ...(app && { app }),
    type: row.last_type ?? 'TEXT',
    ...(row.last_deleted && { deleted: true as const }),
    text: row.last_text ?? '',
    sent_at: row.last_sent_at,
  }
}
