/** Answers of the development API (docs/development-api.md), as the playground uses them. */

export interface PersonHere {
  host_id: string
  name: string
  locale: string
  developer: boolean
  operator: boolean
}

export interface PostHere {
  token: string
  title: string
  category: string
  city: string
  state: string
  /** host_id. */
  owner: string
}

export interface ConversationHere {
  id: string
  post_token: string | null
  /** host_ids. */
  seller: string
  buyer: string
}

/** `GET /dev/v1` */
export interface Surroundings {
  version: string
  url: string
  people: PersonHere[]
  posts: PostHere[]
  conversations: ConversationHere[]
  /** Slugs. */
  apps: string[]
}

/** `PUT /dev/v1/apps/{slug}` */
export interface DevelopmentApp {
  slug: string
  display_name: string
  client_id: string
  client_secret: string
  api_key: string
  identification_key: string | null
  webhook_secret: string
  url: string | null
  events_url: string | null
  session_initialization_url: string | null
  session_version: number
  dynamic_action_url: string | null
  redirect_uris: string[]
  host_header: string | null
  chat_url: string
  created: boolean
}

/** `POST /dev/v1/apps/{slug}/consents` */
export interface GivenConsent {
  grant_id: string
  access_token: string
  refresh_token: string | null
  /** Seconds. */
  expires_in: number
  scopes: string[]
}

/** `GET /dev/v1/apps/{slug}/queue` */
export interface DeliveryQueue {
  waiting: number
  held: number
  in_flight: number
  breaker: string
  paused_until: string | null
  next_attempt_at: string | null
  oldest_at: string | null
}

/** `GET /dev/v1/apps/{slug}/faults`: what is made to go wrong with the calls to and of an app. */
export interface AppFaults {
  down: boolean
  delay_ms: number
  drop: boolean
  status: number | null
  retry_after: number | null
  duplicate: boolean
  refuse_calls: boolean
}

/** One of `GET /dev/v1/snapshots` */
export interface Snapshot {
  name: string
  size_bytes: number
  made_at: string | null
  charsu_version: string | null
  counts: Record<string, number>
  /** Why it cannot be loaded here. */
  problem: string | null
}

/** `POST /dev/v1/snapshots/{name}/load` */
export interface LoadedSnapshot extends Snapshot {
  /** Slugs. */
  apps_with_other_credentials: string[]
}

/** One of `GET /me/v1/grants`, of whichever person it was asked as. */
export interface GrantView {
  id: string
  app: { slug: string; display_name: string; avatar_url: string | null }
  scopes: GrantedScope[]
  created_at: string
  updated_at: string
}

export interface GrantedScope {
  /** As the app wrote it. */
  scope: string
  name: string
  /** As the consent page said it, in the person's language. */
  display: string
  about?: { post_token?: string; conversation_id?: string; title?: string; peer?: string }
}
