import type { EventType } from '@charsu/protocol/events'

/** What the console's API answers (docs/console-api.md). Times are RFC 3339. */

export interface ListedApp {
  slug: string
  display_name: string
  avatar_url: string | null
  development: boolean
  submitted_at: string | null
  created_at: string
  updated_at: string
  unseen_alerts: number
}

export interface AskedName {
  name: string
  approved: boolean
}

export const TOUCHPOINTS = ['MY_POST', 'MY_DIVAR', 'DIVAR_PRO', 'CHAT', 'DEMAND_POST'] as const
export type TouchpointName = (typeof TOUCHPOINTS)[number]

export const TOUCHPOINT_OPERATIONS = [
  'LOAD_WEBVIEW_SERVER_LINK',
  'LOAD_WEBVIEW_DIRECT_LINK',
  'START_CHAT_BOT',
] as const
export type TouchpointOperation = (typeof TOUCHPOINT_OPERATIONS)[number]

export interface Touchpoint {
  touchpoint: TouchpointName
  operation: TouchpointOperation
  fallback_url?: string
}

export interface SecretInForce {
  created_at: string
  expires_at: string | null
}

export interface AppDetails extends Omit<ListedApp, 'unseen_alerts'> {
  description: string
  redirect_uris: string[]
  events_url: string | null
  session_initialization_url: string | null
  session_initialization_version: number
  dynamic_action_url: string | null
  identification_key_set: boolean
  permissions: AskedName[]
  scopes: AskedName[]
  touchpoints: Touchpoint[]
  secrets: { oauth_client: SecretInForce[]; webhook_signing: SecretInForce[] }
}

/** What can be saved; an empty text takes a URL away, what is absent stays. */
export interface SavedSettings {
  display_name?: string
  description?: string
  avatar_url?: string
  redirect_uris?: string[]
  events_url?: string
  session_initialization_url?: string
  session_initialization_version?: number
  dynamic_action_url?: string
  identification_key?: string
  permissions?: string[]
  scopes?: string[]
  touchpoints?: Touchpoint[]
}

export interface CreatedApp {
  app: AppDetails
  client_secret: string
  webhook_secret: string
}

export interface RotatedSecret {
  kind: 'oauth_client' | 'webhook_signing'
  secret: string
  previous_expires_at: string
}

export interface ApiKey {
  id: string
  name: string
  hint: string
  permissions: string[]
  created_at: string
  revoked_at: string | null
}

export type CreatedKey = ApiKey & { key: string }

export type CheckedField =
  | 'events_url'
  | 'session_initialization_url'
  | 'dynamic_action_url'
  | 'redirect_uri'
  | 'avatar_url'

export type UrlProblem =
  | 'form'
  | 'guard'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'protocol'
  | 'redirect'
  | 'not_found'
  | 'server_error'
  | 'not_an_image'

export interface UrlVerdict {
  reachable: boolean | null
  answered: boolean
  status: number | null
  ms: number | null
  problem: UrlProblem | null
  advice: string
}

export interface EndpointHealth {
  url: string | null
  state: 'no_url' | 'enabled' | 'paused' | 'disabled'
  disabled_reason: string | null
  disabled_at: string | null
  breaker: 'closed' | 'open' | 'half_open'
  paused_until: string | null
  failure_streak: number
  first_failure_at: string | null
  last_failure_at: string | null
  last_success_at: string | null
  warned_at: string | null
  waiting: number
  held: number
  dropped_before: string | null
  concurrency: number | null
  rate_per_second: number | null
  advice: string
}

export interface LimitWindow {
  limit: number | null
  is_default: boolean
  used: number | null
  resets_at: string
}

export interface AppLimits {
  per_minute: LimitWindow
  per_day: LimitWindow
}

export interface UsagePoint {
  from: string
  calls: { accepted: number; refused: number; limit: number | null }
  deliveries: { delivered: number; failed: number; dead: number }
}

export interface Usage {
  by: 'hour' | 'day'
  limits: AppLimits
  series: UsagePoint[]
}

export interface Alert {
  id: string
  kind:
    | 'endpoint_disabled'
    | 'endpoint_failing'
    | 'daily_quota_warning'
    | 'daily_quota_exceeded'
    | 'minute_limit_exceeded'
  message: string
  url: string | null
  reason: string | null
  failure_streak: number | null
  first_failure_at: string | null
  last_success_at: string | null
  quota: { limit: number; used: number; resets_at: string } | null
  created_at: string
  seen_at: string | null
}

export const EVENT_TYPES = [
  'NEW_MESSAGE',
  'NEW_CHATBOT_MESSAGE',
  'POST_UPDATE',
  'USER_ACCESS_REVOCATION',
  'PAYMENT_TRANSACTION',
  'CHAT_MESSAGE',
] as const satisfies readonly EventType[]

export const DELIVERY_STATES = ['pending', 'held', 'delivered', 'dead', 'cancelled'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface Delivery {
  id: string
  webhook_id: string
  event_type: string
  state: DeliveryState
  reason: string | null
  /** The page of the reason at this server. */
  help: string | null
  replay: boolean
  conversation_id: string | null
  created_at: string
  finished_at: string | null
  next_attempt_at: string | null
  attempts_made: number
}

export interface Attempt {
  attempt: number
  started_at: string
  duration_ms: number
  outcome: string
  error: string | null
  help: string | null
  request_headers: Record<string, string>
  status: number | null
  answer_headers: Record<string, string> | null
  answer_body: string | null
}

export interface DeliveryDetails extends Delivery {
  request_body: string | null
  body_withheld: string | null
  attempts: Attempt[]
}

export interface Replay {
  id: string
  app: string | null
  filter: {
    from: string | null
    to: string | null
    event_type: string | null
    state: string | null
    conversation_id: string | null
    webhook_id: string | null
  }
  status: 'running' | 'paused' | 'cancelled' | 'done' | 'failed'
  reason: string | null
  created_by: string
  created_at: string
  updated_at: string
  finished_at: string | null
  progress: {
    percent: number
    examined: number
    matched: number
    queued: number
    waiting: number
    delivered: number
    dead: number
    cancelled: number
    skipped: {
      consent_withdrawn: number
      cancelled: number
      endpoint_disabled: number
      delivered_since: number
    }
  }
}

export interface Subscription {
  id: string
  event_type: string
  user_id: string
  event_resource_id: string | null
  metadata: unknown
  created_at: string
  expires_at: string
}

export const CLICK_OUTCOMES = ['opened', 'toast', 'done', 'failed'] as const

export interface Click {
  id: string
  created_at: string
  user_id: string
  message_id: string | null
  notice_id: string | null
  conversation_id: string | null
  touchpoint: string | null
  button: string
  action: string
  outcome: (typeof CLICK_OUTCOMES)[number]
  reason: string | null
  detail: string | null
  help: string | null
  request: unknown
  answer_status: number | null
  answer_body: string | null
  duration_ms: number
}

export interface DevelopmentPost {
  token: string
  title: string
  category: string
  city: string
  state: string
  created_at: string
}

export interface DevelopmentPosts {
  posts: DevelopmentPost[]
  limit: number
}
