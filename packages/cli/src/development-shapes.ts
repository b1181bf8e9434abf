/** What `/dev/v1` of a Charsu in development mode answers; docs/development-api.md says what each means. */

export interface DevelopmentHello {
  name: 'charsu'
  version: string
  /** Origin. */
  url: string
  host_key: string
  data_dir: string | null
  people: { host_id: string; name: string; locale: string; developer: boolean; operator: boolean }[]
  posts: { token: string; title: string; owner: string }[]
  conversations: { id: string; post_token: string | null; seller: string; buyer: string }[]
  /** Slugs. */
  apps: string[]
}

export interface AppRequest {
  display_name?: string
  /** Fills all addresses that are not given, each under `/charsu/`. */
  url?: string
  events_url?: string
  session_initialization_url?: string
  session_version?: 1 | 2
  dynamic_action_url?: string
  redirect_uris?: string[]
  /** What calls to the app say in Host instead of the address's own; an empty text takes it away. */
  host_header?: string
  /** What the app is configured with already. */
  api_key?: string
  client_secret?: string
  identification_key?: string
}

export interface DevelopmentApp {
  client_id: string
  client_secret: string
  api_key: string
  identification_key: string
  webhook_secret: string
  /** A path of Charsu's own: where to talk to the app. */
  chat_url: string
  created: boolean
  url?: string | null
  events_url?: string | null
  session_initialization_url?: string | null
  dynamic_action_url?: string | null
  redirect_uris?: string[]
}

export interface TriggerRequest {
  call: 'event' | 'session' | 'action'
  session_version?: 1 | 2
  body: unknown
}

export interface TriggerAnswer {
  /** Null when the app did not answer. */
  status: number | null
  ms: number
  headers: Record<string, string>
  /** The body of the app's answer. */
  answer: string | null
  /** Its reason holds cause and fix; the stage is `status` or `answer` where the app did answer. */
  failure: CallFailure | null
  url: string
  /** webhook-id of the call. */
  id: string
}

export interface CallFailure {
  stage: string
  reason: string
}

export type TrafficKind = 'event' | 'session' | 'action' | 'call' | 'trigger'

interface Recorded {
  headers: Record<string, string>
  body: string | null
}

/** One exchange between the platform and an app. */
export interface TrafficRecord {
  id: string
  /** RFC 3339. */
  at: string
  direction: 'to_app' | 'from_app'
  kind: TrafficKind
  app: string | null
  method: string
  url: string
  operation?: string | null
  request: Recorded
  answer: (Recorded & { status: number }) | null
  failure: CallFailure | null
  ms: number
  refs: {
    delivery_id?: string
    attempt?: number
    webhook_id?: string
    click_id?: string
    message_id?: string
    conversation_id?: string
    event_type?: string
    trace_id?: string
    request_id?: string
  }
  /** A form that newer ones have replaced. */
  older_form?: true
}
