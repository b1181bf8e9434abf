/** `GET /me/v1`. */
export interface Person {
  name: string
  locale: 'fa' | 'en'
  developer: boolean
  operator: boolean
  unread_notices: number
}

/** What a click came to (docs/user-api.md#clicks). */
export interface ClickResult {
  outcome: 'opened' | 'toast' | 'done' | 'failed'
  open_url?: string
  toast?: string
  message?: string
}

/** `GET /me/v1/grants`. */
export interface Grant {
  id: string
  app: { slug: string; display_name: string; description: string; avatar_url: string | null }
  scopes: GrantScope[]
  created_at: string
  updated_at: string
}

export interface GrantScope {
  scope: string
  name: string
  /** In the person's language. */
  display: string
  about?: { post_token?: string; title?: string; conversation_id?: string; peer?: string }
}

/** `GET /me/v1/blocks`. */
export interface Blocks {
  blocked: { name: string; conversation_id: string | null; blocked_at: string }[]
  chatbots: { slug: string; display_name: string; blocked_at: string }[]
}

interface OfferedApp {
  slug: string
  display_name: string
  description: string
  avatar_url: string | null
}

/** `GET /me/v1/conversations/{id}/apps`: the CHAT touchpoint. */
export interface ConversationApps {
  apps: (OfferedApp & { open_url: string })[]
}

/** `GET /me/v1/chatbots`. */
export interface Chatbots {
  chatbots: (OfferedApp & { conversation_id: string | null; blocked: boolean })[]
}
