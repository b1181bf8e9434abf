/** Answers of the development API about exchanges with apps (docs/development-api.md). */

export type ExchangeKind = 'event' | 'session' | 'action' | 'call' | 'trigger'

/** What a developer has switched on, as it shows in one exchange. */
export type FaultName = 'down' | 'delay' | 'drop' | 'status' | 'duplicate' | 'refuse_calls'

export interface ExchangeRefs {
  delivery_id?: string
  attempt?: number
  webhook_id?: string
  click_id?: string
  message_id?: string
  conversation_id?: string
  event_type?: string
  trace_id?: string
  span_id?: string
  request_id?: string
}

export interface ExchangeContent {
  headers: Record<string, string>
  /** Null when there was none, or it was not read. */
  body: string | null
  truncated?: true
}

/** One of `GET /dev/v1/traffic`. */
export interface Exchange {
  id: string
  at: string
  direction: 'to_app' | 'from_app'
  kind: ExchangeKind
  /** Slug. */
  app: string | null
  method: string
  url: string
  operation?: string | null
  request: ExchangeContent
  answer: (ExchangeContent & { status: number }) | null
  failure: { stage: string; reason: string } | null
  ms: number
  refs: ExchangeRefs
  fault?: FaultName
  older_form?: true
}

export type StoryLink = 'trace' | 'ids' | 'time'

export interface StoryMessage {
  id: string
  conversation_id: string
  conversation_type: 'POST' | 'BOT'
  sequence: number
  type: string
  text: string | null
  /** host_id; null for a chatbot. */
  sender: string | null
  /** Slug; null when a person wrote it. */
  app: string | null
  sent_at: string
  deleted: boolean
  sender_buttons: unknown
  receiver_buttons: unknown
}

export interface StoryCause {
  kind: 'person' | 'call' | 'click'
  exchange_id?: string
  led_by?: string
  click_id?: string
  message_id?: string
  by: StoryLink
}

export interface StoryAttempt {
  attempt: number
  started_at: string
  duration_ms: number
  outcome: string
  status: number | null
  error: string | null
  exchange_id: string | null
}

export type DeliveryState = 'pending' | 'held' | 'delivered' | 'dead' | 'cancelled'

export interface StoryDelivery {
  delivery_id: string
  app: string
  event_type: string
  state: DeliveryState
  reason: string | null
  webhook_id: string
  replay: boolean
  under_way: boolean
  created_at: string
  finished_at: string | null
  next_attempt_at: string | null
  waits_behind: boolean
  ahead_attempt_at: string | null
  attempts: StoryAttempt[]
}

export interface StoryClick {
  click_id: string
  app: string
  user: string | null
  button: string
  action: string
  outcome: 'opened' | 'toast' | 'done' | 'failed'
  reason: string | null
  detail: string | null
  duration_ms: number
  at: string
  exchange_ids: string[]
}

export interface StoryCall {
  exchange_id: string
  led_by: string
  by: StoryLink
}

export interface StoryNotice {
  notice_id: string
  app: string
  user: string | null
  text: string | null
  at: string
  read: boolean
  exchange_id: string
}

/** `GET /dev/v1/messages/{message_id}/story` */
export interface Story {
  message: StoryMessage
  caused_by: StoryCause
  deliveries: StoryDelivery[]
  clicks: StoryClick[]
  calls: StoryCall[]
  results: { message_id: string; exchange_id: string }[]
  notices: StoryNotice[]
  exchanges: Exchange[]
  trace_ids: string[]
  cut: boolean
}

/** `POST /dev/v1/apps/{slug}/trigger` */
export interface TriggerAnswer {
  url: string
  id: string
  status: number | null
  ms: number
  headers: Record<string, string>
  answer: string | null
  truncated: boolean
  effect: { open_url?: string; toast?: string; action?: unknown } | null
  failure: { stage: string; reason: string } | null
}
