-- Identifiers are UUIDv7 made by the program; times are timestamptz at microseconds; bodies are jsonb.
-- The tables that every message writes to (messages, delivery_*) have no foreign keys: those were measured to
-- cost a fifth of the rate, and their rows are written only from rows that the same statement has just read.

create table instance_settings (
  key text primary key,
  value jsonb not null
);

create table users (
  id uuid primary key,
  -- The host's own name for the person, unique in the host.
  host_id text not null unique,
  phone text,
  name text not null default '',
  locale text not null default 'fa',
  developer boolean not null default false,
  blacklisted boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index users_phone on users (phone) where phone is not null;

create table blocks (
  blocker_id uuid not null references users on delete cascade,
  blocked_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  primary key (blocker_id, blocked_id)
);
create index blocks_blocked on blocks (blocked_id);

-- How searches read a post's data, which the host fills as it likes; null for what says nothing. The value may lie in
-- an object, as {mode, value} of a price does. Digits may be Persian or Arabic.
create function post_word(p_value jsonb) returns text
language plpgsql immutable strict parallel safe
as $word$
declare
  held constant jsonb := case jsonb_typeof(p_value) when 'object' then p_value -> 'value' else p_value end;
begin
  if jsonb_typeof(held) in ('string', 'number') then
    return nullif(left(translate(btrim(held #>> '{}'), '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '01234567890123456789'), 100), '');
  end if;
  return null;
end $word$;

-- A whole number, without its fraction; null also for what no 18 digits hold.
create function post_number(p_value jsonb) returns bigint
language plpgsql immutable strict parallel safe
as $number$
declare
  word constant text := post_word(p_value);
begin
  return case when word ~ '^[+-]?[0-9]{1,18}(\.[0-9]+)?$' then trunc(word::numeric)::bigint end;
end $number$;

create function post_flag(p_value jsonb) returns boolean
language plpgsql immutable strict parallel safe
as $flag$
begin
  return case
    when jsonb_typeof(p_value) = 'boolean' then p_value::boolean
    when lower(post_word(p_value)) in ('true', 'yes', '1') then true
    when lower(post_word(p_value)) in ('false', 'no', '0') then false
  end;
end $flag$;

create table posts (
  id uuid primary key,
  token text not null unique check (token ~ '^[A-Za-z0-9_]{1,16}$'),
  owner_id uuid not null references users,
  category text not null default '',
  city text not null default '',
  district text not null default '',
  title text not null default '',
  images jsonb not null default '[]',
  state text not null default 'PUBLISHED',
  chat_enabled boolean not null default true,
  is_phone_hidden boolean not null default false,
  development boolean not null default false,
  data jsonb not null default '{}',
  -- For the owner's apps: {latitude, longitude, type}, {name, thumbnail_name, duration}; {} where there is none.
  location jsonb not null default '{}',
  video jsonb not null default '{}',
  -- {name?, type?}, as all apps see it.
  business jsonb not null default '{}',
  -- Why the post, or the change of it that was asked for, was not accepted; empty for none.
  reject_reason text not null default '',
  first_published_at timestamptz,
  last_modified_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  -- What searches compare.
  found_rent bigint generated always as (post_number(data -> 'rent')) stored,
  found_credit bigint generated always as (post_number(data -> 'credit')) stored,
  found_size bigint generated always as (post_number(data -> 'size')) stored,
  found_usage bigint generated always as (post_number(data -> 'usage')) stored,
  found_year bigint generated always as (
    coalesce(post_number(data -> 'production_year'), post_number(data -> 'year'))) stored,
  found_rooms text generated always as (post_word(data -> 'rooms')) stored,
  found_brand_model text generated always as (post_word(data -> 'brand_model')) stored,
  found_parking boolean generated always as (
    coalesce(post_flag(data -> 'parking'), post_flag(data -> 'has_parking'))) stored
);
create index posts_owner on posts (owner_id, created_at desc);
-- Newest first within a category and a city, within a city, and of all; a category alone is a range of the first. With
-- all that a search compares, so that what does not match costs no look at its row.
create index posts_found on posts (category, city, last_modified_at desc, id desc)
  include (district, found_rent, found_credit, found_size, found_usage, found_year, found_rooms, found_brand_model,
    found_parking)
  where state = 'PUBLISHED' and not development;
create index posts_found_in_city on posts (city, last_modified_at desc, id desc)
  include (district, found_rent, found_credit, found_size, found_usage, found_year, found_rooms, found_brand_model,
    found_parking)
  where state = 'PUBLISHED' and not development;
create index posts_found_anywhere on posts (last_modified_at desc, id desc)
  include (district, found_rent, found_credit, found_size, found_usage, found_year, found_rooms, found_brand_model,
    found_parking)
  where state = 'PUBLISHED' and not development;

create table apps (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{1,49}$'),
  owner_id uuid not null references users,
  display_name text not null,
  description text not null default '',
  avatar_url text,
  -- A development app may ask for every scope; a production app only for those the host approved.
  development boolean not null default true,
  redirect_uris text[] not null default '{}',
  session_initialization_url text,
  session_initialization_version smallint not null default 2 check (session_initialization_version in (1, 2)),
  dynamic_action_url text,
  identification_key text,
  -- The developer has asked the host to approve what is not approved yet; the host's answer clears it.
  submitted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index apps_owner on apps (owner_id);

-- A user wants to hear nothing more from an app's chatbot.
create table app_blocks (
  user_id uuid not null references users on delete cascade,
  app_id uuid not null references apps on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, app_id)
);

-- What opening an app at a place of the host's pages does.
create table app_touchpoints (
  app_id uuid not null references apps on delete cascade,
  touchpoint text not null check (touchpoint in ('MY_POST', 'MY_DIVAR', 'DIVAR_PRO', 'CHAT', 'DEMAND_POST')),
  operation text not null
    check (operation in ('LOAD_WEBVIEW_DIRECT_LINK', 'LOAD_WEBVIEW_SERVER_LINK', 'START_CHAT_BOT')),
  fallback_url text,
  primary key (app_id, touchpoint),
  check ((operation = 'LOAD_WEBVIEW_DIRECT_LINK') = (fallback_url is not null))
);

-- What an app may use: asked for by its developer, approved by the host.
create table app_permissions (
  app_id uuid not null references apps on delete cascade,
  name text not null,
  approved_at timestamptz,
  primary key (app_id, name)
);
create table app_scopes (
  app_id uuid not null references apps on delete cascade,
  name text not null,
  approved_at timestamptz,
  primary key (app_id, name)
);

-- Two secrets of a kind may be alive while one is being rotated out (expires_at of the older one).
create table app_secrets (
  id uuid primary key,
  app_id uuid not null references apps on delete cascade,
  kind text not null check (kind in ('oauth_client', 'webhook_signing')),
  -- oauth_client: only the hash is kept. webhook_signing: the secret itself, because we sign with it.
  hash bytea,
  signing_secret text,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  check ((kind = 'oauth_client') = (hash is not null)),
  check ((kind = 'webhook_signing') = (signing_secret is not null))
);
create index app_secrets_app on app_secrets (app_id, kind);

create table api_keys (
  id uuid primary key,
  app_id uuid not null references apps on delete cascade,
  name text not null default '',
  hash bytea not null unique,
  -- First characters of the key, so that its owner can tell keys apart.
  hint text not null,
  permissions text[] not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index api_keys_app on api_keys (app_id);

create table sessions (
  hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);

create table login_links (
  hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  return_to text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table grants (
  id uuid primary key,
  app_id uuid not null references apps on delete cascade,
  user_id uuid not null references users on delete cascade,
  -- Everything consented to so far, as the app spelt it.
  scopes text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  revoked_at timestamptz,
  revoked_reason text
);
create unique index grants_alive on grants (app_id, user_id) where revoked_at is null;
create index grants_user on grants (user_id);

create table authorization_codes (
  hash bytea primary key,
  grant_id uuid not null references grants on delete cascade,
  app_id uuid not null,
  user_id uuid not null,
  redirect_uri text not null,
  scopes text[] not null,
  code_challenge text,
  code_challenge_method text,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table access_tokens (
  id uuid primary key,
  hash bytea not null unique,
  grant_id uuid not null references grants on delete cascade,
  app_id uuid not null,
  user_id uuid not null,
  scopes text[] not null,
  -- The code or refresh token it came from: reuse of a code revokes what that code gave.
  code_hash bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index access_tokens_grant on access_tokens (grant_id);

create table refresh_tokens (
  id uuid primary key,
  hash bytea not null unique,
  grant_id uuid not null references grants on delete cascade,
  app_id uuid not null,
  user_id uuid not null,
  scopes text[] not null,
  code_hash bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- First time it was exchanged; it still works for two minutes after, later use revokes the grant.
  rotated_at timestamptz,
  revoked_at timestamptz
);
create index refresh_tokens_grant on refresh_tokens (grant_id);

-- supplier = owner of the post, demand = the buyer; a BOT conversation has demand and app only.
-- Updated once a message, so no column that changes is indexed and half-full pages keep the update in place.
create table conversations (
  id uuid primary key,
  type text not null default 'POST' check (type in ('POST', 'BOT')),
  post_id uuid,
  post_token text,
  supplier_id uuid,
  demand_id uuid not null,
  app_id uuid,
  last_sequence bigint not null default 0,
  last_at timestamptz not null default '-infinity',
  -- Highest transaction of its messages; a viewer's stream resumes from a transaction watermark.
  last_xid xid8,
  created_at timestamptz not null default now(),
  check ((type = 'POST') = (post_id is not null and post_token is not null and supplier_id is not null)),
  check ((type = 'BOT') = (app_id is not null))
) with (fillfactor = 70);
create unique index conversations_post_demand on conversations (post_id, demand_id) where type = 'POST';
create unique index conversations_app_demand on conversations (app_id, demand_id) where type = 'BOT';
create index conversations_supplier on conversations (supplier_id) where supplier_id is not null;
create index conversations_demand on conversations (demand_id);

create table conversation_reads (
  conversation_id uuid not null,
  user_id uuid not null,
  read_sequence bigint not null,
  updated_at timestamptz not null default now(),
  -- Transaction of the last change: the reader's other pages hear of it through their streams.
  xid xid8 not null default pg_current_xact_id(),
  primary key (conversation_id, user_id)
);
create index conversation_reads_user on conversation_reads (user_id, xid);

-- sequence has no gaps within a conversation, and its order is the order of commit.
create table messages (
  id uuid primary key,
  conversation_id uuid not null,
  sequence bigint not null,
  -- The person it goes out as, or the app that speaks as its own chatbot; app_id is set when an app wrote it.
  sender_id uuid not null,
  app_id uuid,
  type text not null default 'TEXT',
  -- What db/message-body.ts says. json and not jsonb: it is written once and read whole, so taking it
  -- apart would cost every send and reorder the app's own data.
  body json not null,
  sent_at timestamptz not null,
  xid xid8 not null default pg_current_xact_id()
);
create unique index messages_conversation on messages (conversation_id, sequence);

-- owner_id is the app, or the person for human messages; operation keeps keys of different calls apart.
create table idempotency_keys (
  owner_id uuid not null,
  operation smallint not null,
  key_hash bytea not null,
  request_hash bytea not null,
  message_id uuid not null,
  created_at timestamptz not null,
  primary key (owner_id, operation, key_hash)
);
create index idempotency_keys_created on idempotency_keys (created_at);

-- An endpoint is a URL that hears events, with its own pause and breaker. Of kind 'events' an app has one, which the
-- app's identification key opens; one of kind 'post_conversations' has its own key beside its URL (wire contract §4).
create table endpoints (
  id uuid primary key,
  app_id uuid not null references apps on delete cascade,
  kind text not null default 'events' check (kind in ('events', 'post_conversations')),
  url text,
  identification_key text check (identification_key is null or kind = 'post_conversations'),
  -- Goes up with every change of URL, secret, key or state, so that a node knows its copy is old.
  revision integer not null default 1,
  state text not null default 'enabled' check (state in ('enabled', 'disabled')),
  disabled_reason text,
  -- Anything but -infinity: no attempt before it, then one probe at a time until one succeeds.
  paused_until timestamptz not null default '-infinity',
  probe_until timestamptz,
  breaker_trips smallint not null default 0,
  failure_streak integer not null default 0,
  first_failure_at timestamptz,
  last_failure_at timestamptz,
  last_success_at timestamptz,
  -- Half-way to being disabled, for the owner to be told; null again after a success.
  warned_at timestamptz,
  disabled_at timestamptz,
  -- Most attempts at once over all nodes; null for the operator's default.
  concurrency smallint check (concurrency between 1 and 1000),
  -- Most attempts a second over all nodes; null for no limit. The bucket holds what was not used, at rate_filled_at.
  rate_per_second integer check (rate_per_second between 1 and 10000),
  rate_tokens double precision not null default 0,
  rate_filled_at timestamptz not null default '-infinity',
  -- What waited before this moment is not attempted any more: its owner dropped it on re-enabling.
  skip_before timestamptz,
  created_at timestamptz not null default now()
) with (fillfactor = 50);
create unique index endpoints_app on endpoints (app_id) where kind = 'events';
create unique index endpoints_post_conversations on endpoints (app_id, url, identification_key)
  where kind = 'post_conversations';

-- A subscription is immutable: new metadata ends one row and inserts another, so that what was rendered from it
-- stays the same over retries.
create table subscriptions (
  id uuid primary key,
  app_id uuid not null references apps on delete cascade,
  user_id uuid not null references users on delete cascade,
  event_type text not null,
  post_id uuid,
  endpoint_id uuid not null references endpoints on delete cascade,
  grant_id uuid not null,
  -- The access token it was made with, and lives as long as.
  token_id uuid not null,
  metadata jsonb,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
create unique index subscriptions_alive on subscriptions (app_id, user_id, event_type, post_id)
  nulls not distinct where ended_at is null;
create index subscriptions_match on subscriptions (user_id, post_id, event_type) where ended_at is null;
create index subscriptions_grant on subscriptions (grant_id) where ended_at is null;

-- What happened, for events that are not messages.
create table event_facts (
  id uuid primary key,
  type text not null,
  payload jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);

-- Only deliveries that are not finished. States: leased (lease_until), ready (due_at, also a retry in the
-- future), waiting behind its lane (neither). A lane's first row is leased or ready, all others are neither.
create table delivery_queue (
  id bigint generated always as identity primary key,
  endpoint_id uuid not null,
  lane uuid not null,
  sequence bigint not null,
  -- The subscription, or the app for events that need none.
  subscription_id uuid not null,
  event_type text not null,
  -- The message or the event fact.
  source_id uuid not null,
  conversation_id uuid,
  -- Null for events that rest on no grant; such are never cancelled by a revocation.
  grant_id uuid,
  -- All attempts made; and those of them that failed and count, for the schedule and for the lane's three.
  attempts integer not null default 0,
  failures smallint not null default 0,
  lease_number integer not null default 0,
  lease_owner uuid,
  lease_until timestamptz,
  due_at timestamptz,
  reaps smallint not null default 0,
  replay boolean not null default false,
  replay_job_id uuid,
  -- W3C trace context of the request that it comes from.
  traceparent text,
  created_at timestamptz not null default clock_timestamp(),
  unique (endpoint_id, lane, sequence, subscription_id),
  check (lease_until is null or due_at is null)
) with (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000, vacuum_truncate = false
);
-- Replays are a line of their own, so that they can be given a share of the slots and no more.
create index delivery_queue_ready on delivery_queue (endpoint_id, replay, due_at) where due_at is not null;
create index delivery_queue_leased on delivery_queue (lease_until) where lease_until is not null;

-- Attempts of open deliveries that were not the last. As JSON they move into the history with their delivery, so
-- that attempts live exactly as long as it does.
create table delivery_attempts (
  delivery_id bigint not null,
  attempt integer not null,
  -- {attempt, startedAt, durationMs, outcome, status, error, requestHeaders, answerHeaders, answerBody}
  record json not null,
  primary key (delivery_id, attempt)
);

-- Finished deliveries, under the id they had in the queue. What was delivered is kept for another time than what was
-- not; both are partitioned by time, so that retention drops partitions.
create table delivery_history (
  id bigint not null,
  endpoint_id uuid not null,
  sequence bigint not null,
  subscription_id uuid not null,
  event_type text not null,
  source_id uuid not null,
  conversation_id uuid,
  grant_id uuid,
  -- delivered | dead | cancelled: its partitions take nothing else.
  state text not null,
  reason text,
  attempts integer not null,
  -- The last of them, the first one first.
  attempt_log json not null,
  replay boolean not null,
  replay_job_id uuid,
  created_at timestamptz not null,
  finished_at timestamptz not null
) partition by list (state);
create table delivery_history_delivered partition of delivery_history
  for values in ('delivered') partition by range (finished_at);
create table delivery_history_delivered_default partition of delivery_history_delivered default;
create table delivery_history_failed partition of delivery_history
  for values in ('dead', 'cancelled') partition by range (finished_at);
create table delivery_history_failed_default partition of delivery_history_failed default;
create index delivery_history_id on delivery_history (id);
create index delivery_history_endpoint on delivery_history (endpoint_id, id);

create table notices (
  id uuid primary key,
  app_id uuid not null references apps on delete cascade,
  user_id uuid not null references users on delete cascade,
  target_type text not null check (target_type in ('USER', 'POST')),
  post_id uuid,
  message text,
  -- {primary?: {title, action}, secondary?: {title, action}}
  buttons jsonb not null default '{}',
  read_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  xid xid8 not null default pg_current_xact_id()
);
create index notices_user on notices (user_id, created_at desc);
create index notices_user_xid on notices (user_id, xid);

-- Every click with its outcome: the person sees a plain sentence, the app's developer the cause and the fix.
create table clicks (
  id uuid primary key,
  app_id uuid not null references apps on delete cascade,
  user_id uuid not null,
  message_id uuid,
  notice_id uuid,
  conversation_id uuid,
  -- Such as rows[0].buttons[1], or primary.
  button text not null,
  action text not null,
  outcome text not null check (outcome in ('opened', 'toast', 'done', 'failed')),
  reason text,
  detail text,
  request jsonb,
  answer_status smallint,
  answer_body text,
  duration_ms integer not null,
  created_at timestamptz not null default now()
);
create index clicks_app on clicks (app_id, id desc);

-- Which cached credentials changed, in an order that no late commit can hide from (poll by xid watermark).
create table cache_invalidations (
  xid xid8 not null default pg_current_xact_id(),
  kind text not null,
  key text not null,
  created_at timestamptz not null default now()
);
create index cache_invalidations_xid on cache_invalidations (xid);
