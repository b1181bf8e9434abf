/** What `/operator/v1` answers (docs/operator-api.md). */

export interface Person {
  host_id: string
  name: string
}

export type AppState = 'awaiting' | 'development' | 'approved' | 'withdrawn'

export interface Overview {
  at: string
  apps: { awaiting: number }
  deliveries: {
    waiting: number
    held: number
    dead: number
    oldest_due_seconds: number | null
    oldest_replay_due_seconds: number | null
    open_replays: number
  }
  endpoints: { closed: number; open: number; half_open: number; disabled: number } | null
  messages: { last_day: number }
  nodes: { alive: number; lagging: number; dead: number; delivering: number; versions: string[] }
  database: { reachable: boolean; latency_ms: number | null }
  readiness: { ready: boolean; reasons: { code: string; message: string }[] }
}

interface BasicApp {
  slug: string
  display_name: string
  avatar_url: string | null
  state: AppState
  development: boolean
  owner: Person
  submitted_at: string | null
  created_at: string
}

export interface ListedApp extends BasicApp {
  scopes: { asked: number; approved: number }
  permissions: { asked: number; approved: number }
}

export interface AskedName {
  name: string
  approved: boolean
}

export interface LimitWindow {
  limit: number | null
  is_default: boolean
  used: number | null
  resets_at: string
}

export interface EndpointHealth {
  url: string | null
  state: 'no_url' | 'enabled' | 'paused' | 'disabled'
  breaker: 'closed' | 'open' | 'half_open'
  failure_streak: number
  last_failure_at: string | null
  last_success_at: string | null
  waiting: number
  held: number
}

export interface OperatedApp extends BasicApp {
  description: string
  updated_at: string
  scopes: AskedName[]
  permissions: AskedName[]
  touchpoints: { touchpoint: string; operation: string; fallback_url?: string }[]
  redirect_uris: string[]
  session_initialization_url: string | null
  dynamic_action_url: string | null
  limits: { per_minute: LimitWindow; per_day: LimitWindow }
  endpoint: EndpointHealth | null
}

export const USER_FLAGS = ['blacklisted', 'developer', 'operator'] as const
export type UserFlag = (typeof USER_FLAGS)[number]

export interface ListedUser extends Readonly<Record<UserFlag, boolean>> {
  host_id: string
  name: string
  /** Masked. */
  phone: string | null
  locale: string
  created_at: string
  updated_at: string
}

export interface OperatedUser extends ListedUser {
  apps: { slug: string; display_name: string }[]
  posts: number
}

export interface ListedPost {
  token: string
  title: string
  owner: Person | null
  category: string
  city: string
  district: string
  state: string
  image: string | null
  chat_enabled: boolean
  development: boolean
  first_published_at: string | null
  last_modified_at: string
  created_at: string
}

export interface OperatedPost extends ListedPost {
  images: string[]
  is_phone_hidden: boolean
  reject_reason: string
  data: unknown
  conversations: number
}

export interface ListedDelivery {
  id: string
  app: { slug: string; display_name: string }
  event_type: string
  state: 'pending' | 'held' | 'delivered' | 'dead' | 'cancelled'
  reason: string | null
  help: string | null
  replay: boolean
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
  status: number | null
  error: string | null
  help: string | null
}

export interface OperatedDelivery extends ListedDelivery {
  attempts: Attempt[]
}

export interface Replay {
  id: string
  /** Slug; null for every app. */
  app: string | null
  filter: { from: string | null; to: string | null; event_type: string | null; state: string | null }
  status: 'running' | 'paused' | 'cancelled' | 'done' | 'failed'
  reason: string | null
  created_by: 'host' | 'operator' | 'developer'
  created_at: string
  finished_at: string | null
  progress: {
    percent: number
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

export interface OperatedNode {
  id: string
  host: string
  pid: number | null
  version: string
  delivers: boolean
  state: 'alive' | 'lagging' | 'dead'
  self: boolean
  started_at: string
  seen_at: string
  seen_seconds_ago: number
}

export const OPERATOR_ACTIONS = [
  'decide_app',
  'limit_app',
  'change_user',
  'start_replay',
  'pause_replay',
  'resume_replay',
  'cancel_replay',
] as const

export interface OperatorAction {
  id: string
  at: string
  operator: Person | null
  action: (typeof OPERATOR_ACTIONS)[number]
  app: { slug: string; display_name: string } | null
  user: Person | null
  replay_id: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}
