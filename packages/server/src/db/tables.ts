import type { BusinessType } from '@charsu/protocol/posts'
import type { ColumnType, Generated } from 'kysely'

/** Columns as Kysely sees them; the truth is `migrations/`, in the same order. */

type Json = ColumnType<unknown, string, string>
type Time = ColumnType<Date, Date | string | undefined, Date | string>
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>

type NothingThere = Record<string, never>

export interface PostLocation {
  latitude: number
  longitude: number
  type: 'EXACT' | 'APPROXIMATE'
}

export interface PostVideo {
  name: string
  thumbnail_name: string
  /** Seconds. */
  duration: number
}

export interface PostBusiness {
  name?: string
  type?: BusinessType
}

/** Beside these posts have generated columns that only searches read. */
export interface Tables {
  instance_settings: { key: string; value: Json }
  users: {
    id: string
    host_id: string
    phone: string | null
    name: Generated<string>
    locale: Generated<string>
    developer: Generated<boolean>
    blacklisted: Generated<boolean>
    operator: Generated<boolean>
    created_at: Time
    updated_at: Time
    deleted_at: NullableTime
  }
  user_deletions: {
    user_id: string
    host_id_hash: Buffer
    requested_at: Time
    emptied_at: NullableTime
    searched_to: Generated<number>
    erased_at: NullableTime
    lease_until: ColumnType<Date, Date | string | undefined, Date | string>
  }
  blocks: { blocker_id: string; blocked_id: string; created_at: Time }
  posts: {
    id: string
    token: string
    owner_id: string
    category: Generated<string>
    city: Generated<string>
    district: Generated<string>
    title: Generated<string>
    images: ColumnType<string[], string | undefined, string>
    state: Generated<string>
    chat_enabled: Generated<boolean>
    is_phone_hidden: Generated<boolean>
    development: Generated<boolean>
    copied_from: ColumnType<string | null, string | null | undefined, string | null>
    for_development: Generated<boolean>
    data: ColumnType<Record<string, unknown>, string | undefined, string>
    location: ColumnType<PostLocation | NothingThere, string | undefined, string>
    video: ColumnType<PostVideo | NothingThere, string | undefined, string>
    business: ColumnType<PostBusiness, string | undefined, string>
    reject_reason: Generated<string>
    first_published_at: NullableTime
    last_modified_at: Time
    created_at: Time
  }
  apps: {
    id: string
    slug: string
    owner_id: string
    display_name: string
    description: Generated<string>
    avatar_url: string | null
    development: Generated<boolean>
    redirect_uris: Generated<string[]>
    session_initialization_url: string | null
    session_initialization_version: Generated<number>
    dynamic_action_url: string | null
    identification_key: string | null
    submitted_at: NullableTime
    calls_per_minute: ColumnType<number | null, number | null | undefined, number | null>
    calls_per_day: ColumnType<number | null, number | null | undefined, number | null>
    created_at: Time
    updated_at: Time
  }
  app_blocks: { user_id: string; app_id: string; created_at: Time }
  app_touchpoints: { app_id: string; touchpoint: string; operation: string; fallback_url: string | null }
  app_permissions: { app_id: string; name: string; approved_at: NullableTime }
  app_scopes: { app_id: string; name: string; approved_at: NullableTime }
  app_secrets: {
    id: string
    app_id: string
    kind: 'oauth_client' | 'webhook_signing'
    hash: Buffer | null
    signing_secret: string | null
    created_at: Time
    expires_at: NullableTime
  }
  api_keys: {
    id: string
    app_id: string
    name: Generated<string>
    hash: Buffer
    hint: string
    permissions: string[]
    created_at: Time
    revoked_at: NullableTime
  }
  sessions: { hash: Buffer; user_id: string; created_at: Time; expires_at: Time }
  login_links: { hash: Buffer; user_id: string; return_to: string; expires_at: Time; used_at: NullableTime }
  grants: {
    id: string
    app_id: string
    user_id: string
    scopes: Generated<string[]>
    created_at: Time
    updated_at: Time
    revoked_at: NullableTime
    revoked_reason: string | null
    version: Generated<number>
    changed_xid: Generated<string>
  }
  authorization_codes: {
    hash: Buffer
    grant_id: string
    app_id: string
    user_id: string
    redirect_uri: string
    scopes: string[]
    code_challenge: string | null
    code_challenge_method: string | null
    expires_at: Time
    used_at: NullableTime
  }
  access_tokens: {
    id: string
    hash: Buffer
    grant_id: string
    app_id: string
    user_id: string
    scopes: string[]
    code_hash: Buffer | null
    created_at: Time
    expires_at: Time
    revoked_at: NullableTime
  }
  refresh_tokens: {
    id: string
    hash: Buffer
    grant_id: string
    app_id: string
    user_id: string
    scopes: string[]
    code_hash: Buffer | null
    created_at: Time
    expires_at: Time
    rotated_at: NullableTime
    revoked_at: NullableTime
  }
  conversations: {
    id: string
    type: Generated<'POST' | 'BOT'>
    post_id: string | null
    post_token: string | null
    supplier_id: string | null
    demand_id: string
    app_id: string | null
    last_sequence: Generated<number>
    last_at: Generated<Date>
    last_xid: string | null
    created_at: Time
  }
  conversation_reads: {
    conversation_id: string
    user_id: string
    read_sequence: number
    updated_at: Time
    xid: Generated<string>
    peer_id: ColumnType<string | null, string | null | undefined, string | null>
    shown_sequence: Generated<number>
    shown_xid: Generated<string>
  }
  conversation_changes: {
    conversation_id: string
    user_id: string
    version: Generated<number>
    changed_at: Time
    xid: Generated<string>
  }
  messages: {
    id: string
    conversation_id: string
    sequence: number
    sender_id: string
    app_id: string | null
    type: Generated<string>
    body: Json
    sent_at: Time
    xid: Generated<string>
  }
  endpoints: {
    id: string
    app_id: string
    kind: Generated<'events' | 'post_conversations'>
    url: string | null
    identification_key: ColumnType<string | null, string | null | undefined, string | null>
    revision: Generated<number>
    state: Generated<'enabled' | 'disabled'>
    disabled_reason: string | null
    paused_until: ColumnType<Date, Date | string | undefined, Date | string>
    probe_until: NullableTime
    breaker_trips: Generated<number>
    failure_streak: Generated<number>
    first_failure_at: NullableTime
    last_failure_at: NullableTime
    last_success_at: NullableTime
    warned_at: NullableTime
    disabled_at: NullableTime
    concurrency: ColumnType<number | null, number | null | undefined, number | null>
    rate_per_second: ColumnType<number | null, number | null | undefined, number | null>
    rate_tokens: Generated<number>
    rate_filled_at: ColumnType<Date, Date | string | undefined, Date | string>
    skip_before: NullableTime
    created_at: Time
  }
  app_alerts: {
    id: Generated<number>
    app_id: string
    kind:
      | 'endpoint_disabled'
      | 'endpoint_failing'
      | 'daily_quota_warning'
      | 'daily_quota_exceeded'
      | 'minute_limit_exceeded'
    detail: Json
    created_at: Time
    seen_at: NullableTime
    window_started_at: NullableTime
  }
  subscriptions: {
    id: string
    app_id: string
    user_id: string
    event_type: string
    post_id: string | null
    endpoint_id: string
    grant_id: string
    token_id: string
    metadata: Json | null
    created_at: Time
    expires_at: Time
    ended_at: NullableTime
    development_only: Generated<boolean>
  }
  event_facts: { id: string; type: string; payload: Json; created_at: Time }
  notices: {
    id: string
    app_id: string
    user_id: string
    target_type: 'USER' | 'POST'
    post_id: string | null
    message: string | null
    buttons: Json
    read_at: NullableTime
    created_at: Time
    xid: Generated<string>
    read_xid: ColumnType<string | null, string | null | undefined, string | null>
  }
  clicks: {
    id: string
    app_id: string
    user_id: string
    message_id: string | null
    notice_id: string | null
    conversation_id: string | null
    button: string
    action: string
    outcome: 'opened' | 'toast' | 'done' | 'failed'
    reason: string | null
    detail: string | null
    request: Json | null
    answer_status: number | null
    answer_body: string | null
    duration_ms: number
    created_at: Time
    touchpoint: ColumnType<string | null, string | null | undefined, string | null>
  }
  quota_windows: {
    subject_id: string
    kind: 'app_minute' | 'app_day' | 'user_minute' | 'check_minute'
    started_at: Time
    used: number
  }
  app_usage: {
    app_id: string
    hour: Time
    calls_accepted: Generated<number>
    calls_refused: Generated<number>
    deliveries_delivered: Generated<number>
    attempts_failed: Generated<number>
    deliveries_dead: Generated<number>
  }
  nodes: {
    id: string
    host: string
    pid: number | null
    version: string
    delivers: boolean
    started_at: Time
    seen_at: Time
  }
  cache_invalidations: { xid: Generated<string>; kind: string; key: string; created_at: Time }
  media: {
    id: string
    owner_kind: 'app' | 'user'
    owner_id: string
    type: 'IMAGE' | 'FILE' | 'VOICE' | 'VIDEO'
    state: Generated<'storing' | 'ready' | 'removing'>
    content_type: string
    name: string | null
    size_bytes: number
    sha256: Buffer
    width_px: number | null
    height_px: number | null
    thumbnail_type: string | null
    thumbnail_bytes: number | null
    created_at: Time
    used_at: NullableTime
    check_at: NullableTime
  }
  media_uses: { media_id: string; message_id: string; confirmed: Generated<boolean>; created_at: Time }
  operator_actions: {
    id: string
    operator_id: string
    action:
      | 'decide_app'
      | 'limit_app'
      | 'change_user'
      | 'start_replay'
      | 'pause_replay'
      | 'resume_replay'
      | 'cancel_replay'
    app_id: string | null
    user_id: string | null
    replay_id: string | null
    before: Json | null
    after: Json | null
    created_at: Time
  }
}
