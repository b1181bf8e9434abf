-- Writing back what became of attempts, and handing each lane on.
--
-- A delivery is leased, ready or waiting behind its lane (0001_core.sql). Whoever finishes or moves a lane's first
-- row must make the next one leased or ready, in the same transaction: nobody else will look at it.

-- What an event is about: a message, or the payload of a fact. No row for what no longer exists. Inlined where it is
-- called; every table is reached through its key, one row at a time, because a join planned while the tables are
-- empty would scan them whole.
create function event_content(p_source_id uuid) returns table (content jsonb) language sql stable as $content$
  select jsonb_build_object(
    'id', m.id, 'type', m.type, 'body', m.body,
    'sent_at', (extract(epoch from m.sent_at) * 1000000)::bigint,
    'by_app', m.app_id is not null, 'by_supplier', m.sender_id = c.supplier_id,
    'supplier_id', c.supplier_id, 'demand_id', c.demand_id,
    'conversation', jsonb_build_object('id', c.id, 'type', c.type, 'post_token', c.post_token))
  from messages m
  cross join lateral (select x.* from conversations x where x.id = m.conversation_id offset 0) c
  where m.id = p_source_id
  union all
  select f.payload from event_facts f where f.id = p_source_id
$content$;

-- What a node needs to attempt deliveries: the rows of the queue with all that their bodies are rendered from, so
-- that a node can deliver what it has never heard of. withheld says why a delivery must not be attempted: the consent
-- it rests on was taken back, the person who gave it is blacklisted, the host has taken its approval of the app back,
-- which leaves a production app no scope at all, the message's writer was deleted, its replay was cancelled, or the
-- app's owner has dropped what waited.
-- concurrency is null where the endpoint sets none of its own.
create function describe_deliveries(p_delivery_id bigint[])
returns table (
  delivery_id bigint, endpoint_id uuid, endpoint_revision integer, concurrency integer, lease_number integer,
  attempts integer, failures integer, event_type text, source_id uuid, subscription_id uuid, conversation_id uuid,
  replay boolean, traceparent text, age_ms double precision, withheld text, metadata jsonb, content jsonb)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $describe$
#variable_conflict use_column
begin
  return query
  select q.id, q.endpoint_id, e.revision, e.concurrency::integer, q.lease_number, q.attempts::integer,
    q.failures::integer, q.event_type, q.source_id, q.subscription_id, q.conversation_id, q.replay, q.traceparent,
    extract(epoch from clock_timestamp() - q.created_at)::double precision * 1000,
    case
      when q.grant_id is not null and g.id is null then 'grant_revoked'
      when g.withheld is not null then g.withheld
      when b.withheld is not null then b.withheld
      when event.content -> 'body' ->> 'deleted' = 'true' then 'message_deleted'
      when q.replay_job_id is not null and (
        select j.status = 'cancelled' from replay_jobs j where j.id = q.replay_job_id) then 'replay_cancelled'
      when q.created_at < e.skip_before then 'dropped_on_reenabling'
      end,
    s.metadata, event.content
  from unnest(p_delivery_id) with ordinality as wanted (id, place)
  cross join lateral (select d.* from delivery_queue d where d.id = wanted.id offset 0) q
  left join lateral (
    select x.revision, x.concurrency, x.skip_before from endpoints x where x.id = q.endpoint_id offset 0) e on true
  left join lateral (
    select x.id, case
      when x.revoked_at is not null then 'grant_revoked'
      when (select u.blacklisted from users u where u.id = x.user_id) then 'user_blacklisted'
      when (select not a.development from apps a where a.id = x.app_id) and not exists (
        select from app_scopes n where n.app_id = x.app_id and n.approved_at is not null) then 'approval_withdrawn'
      end as withheld
    from grants x where x.id = q.grant_id offset 0) g on true
  left join lateral (
    select case
      when (select u.blacklisted from users u where u.id = c.demand_id) then 'user_blacklisted'
      when (select not a.development from apps a where a.id = c.app_id) and (
        select n.approved_at is not null from app_permissions n
        where n.app_id = c.app_id and n.name = 'CHAT_BOT_SEND_MESSAGE') is not true then 'approval_withdrawn'
      end as withheld
    from conversations c
    where c.id = q.conversation_id and q.event_type = 'NEW_CHATBOT_MESSAGE' offset 0) b on true
  left join lateral (select x.metadata from subscriptions x where x.id = q.subscription_id offset 0) s on true
  left join lateral event_content(q.source_id) event on true
  order by wanted.place;
end $describe$;

-- What a batch of outcomes says about the endpoints it went to, each named once. Any success among them proves the
-- endpoint alive. A pause, from Retry-After or from too many failures in a row, ends with one probe at a time, until
-- one succeeds; it costs the waiting deliveries no attempts. Called by finish_deliveries after all else: endpoints
-- come last in the order of locks.
--
-- p_revision is the endpoint's at the time of the attempts. What an earlier URL answered says nothing about this one.
-- Whatever came of a probe, also nothing at all, the next may follow.
create function record_endpoint_health(
  p_endpoint_id uuid[], p_revision integer[], p_succeeded boolean[], p_failures integer[], p_pause_ms bigint[],
  p_disable text[])
returns void language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
-- Nobody of ours holds an endpoint for so long; the lanes of all that are written with it are locked meanwhile.
set lock_timeout = '250ms'
as $health$
declare
  failures_that_open_the_breaker constant integer := 10;
  shortest_break constant interval := '5 seconds';
  longest_break constant interval := '1 minute';
  patience_with_failures constant interval := '5 days';
  patience_without_warning constant interval := '60 hours';
  touched uuid[];
begin
  -- Plain success touches the endpoint's row once a minute at most: all lanes of an app share it.
  select array_agg(t.id) into touched from (
    select e.id from endpoints e
    where e.id = any (p_endpoint_id) and (
      e.probe_until is not null
      or e.revision <= p_revision[array_position(p_endpoint_id, e.id)] and (
        p_failures[array_position(p_endpoint_id, e.id)] > 0
        or p_pause_ms[array_position(p_endpoint_id, e.id)] is not null
        or p_disable[array_position(p_endpoint_id, e.id)] is not null
        or p_succeeded[array_position(p_endpoint_id, e.id)] and (
          e.first_failure_at is not null or e.paused_until > '-infinity' or e.last_success_at is null
          or e.last_success_at < clock_timestamp() - interval '1 minute')))
    order by e.id for no key update) t;
  if touched is not null then
    update endpoints e
    set failure_streak = case when h.succeeded then 0 else e.failure_streak + h.failures end,
      first_failure_at = case
        when h.succeeded then null
        when h.failures > 0 then coalesce(e.first_failure_at, clock_timestamp())
        else e.first_failure_at end,
      last_failure_at = case when h.failures > 0 then clock_timestamp() else e.last_failure_at end,
      last_success_at = case when h.succeeded then clock_timestamp() else e.last_success_at end,
      probe_until = null,
      breaker_trips = case
        when h.succeeded then 0
        when h.trips then least(e.breaker_trips + 1, 10)
        else e.breaker_trips end,
      paused_until = case
        when h.pause_ms is not null
          then greatest(e.paused_until, clock_timestamp() + h.pause_ms * interval '1 millisecond')
        when h.trips
          then clock_timestamp() + least(longest_break, shortest_break * (2 ^ e.breaker_trips))
        -- What was in flight when a pause began says nothing about the end of that pause.
        when h.succeeded and e.paused_until <= clock_timestamp() then '-infinity'
        else e.paused_until end,
      state = case when h.disable is null then e.state else 'disabled' end,
      disabled_at = case when h.disable is null then e.disabled_at else coalesce(e.disabled_at, clock_timestamp()) end,
      warned_at = case
        when h.succeeded then null
        when h.failures > 0 and e.failure_streak + h.failures >= failures_that_open_the_breaker
          and e.first_failure_at <= clock_timestamp() - patience_without_warning
          then coalesce(e.warned_at, clock_timestamp())
        else e.warned_at end,
      disabled_reason = coalesce(h.disable, e.disabled_reason),
      revision = e.revision + (h.disable is not null)::integer
    from (
      select x.id, n.succeeded, n.failures, n.pause_ms,
        not n.succeeded and n.failures > 0 and x.paused_until <= clock_timestamp()
          and x.failure_streak + n.failures >= failures_that_open_the_breaker as trips,
        case
          when n.disable is not null then n.disable
          when not n.succeeded and n.failures > 0 and x.state = 'enabled'
            and x.failure_streak + n.failures >= failures_that_open_the_breaker
            and x.first_failure_at <= clock_timestamp() - patience_with_failures then 'failing_for_five_days'
        end as disable
      from unnest(p_endpoint_id, p_revision, p_succeeded, p_failures, p_pause_ms, p_disable)
        as g (id, revision, succeeded, failures, pause_ms, disable)
      cross join lateral (select y.* from endpoints y where y.id = g.id offset 0) x
      cross join lateral (
        select x.revision <= g.revision and g.succeeded as succeeded,
          case when x.revision <= g.revision then g.failures else 0 end as failures,
          case when x.revision <= g.revision then g.pause_ms end as pause_ms,
          case when x.revision <= g.revision then g.disable end as disable) n) h
    where e.id = h.id and e.id = any (touched);
  end if;
end $health$;

-- One call writes a whole batch of outcomes, in one implicit transaction. Arrays of one length describe the
-- deliveries, a second group of arrays the endpoints they belong to (each endpoint once).
--
-- p_outcome: delivered, dead, cancelled   the delivery is over and moves to the history
--            retry                        failed and counts: for the schedule, and for its lane
--            postponed                    the app asked for time; nothing counts
--            released                     was never attempted; another node may have it at once
-- p_records: the attempts as JSON, joined as send_messages takes bodies; an empty one where nothing was sent.
-- p_keep: this node has a slot for the lane's next row.
--
-- Of an app that asks for time again and again only the last attempts are kept.
--
-- The fence is the lease number, not its time: an outcome that comes after the lease ran out, but before anyone
-- else took the row, is still true. A number that has moved on means that somebody else answers for the row now,
-- and nothing of it is written. Every change here moves the number, so that a call repeated after a lost answer
-- changes nothing a second time.
--
-- Lock order: queue rows by (endpoint, lane, sequence, subscription), then endpoints by id.
--
-- Rows returned: kind 'written', once, with the ids of those whose outcome was written as its content; kind 'next', one
-- for each delivery that this node has been given in turn; kind 'ready', once, where a lane's next row is for any node to
-- claim at once.
create function finish_deliveries(
  p_delivery_id bigint[], p_lease_number integer[], p_outcome text[], p_reason text[], p_delay_ms bigint[],
  p_keep boolean[], p_records text, p_endpoint_id uuid[], p_endpoint_revision integer[],
  p_endpoint_succeeded boolean[], p_endpoint_failures integer[], p_endpoint_pause_ms bigint[],
  p_endpoint_disable text[], p_node uuid, p_lease interval)
returns table (
  kind text, delivery_id bigint, endpoint_id uuid, endpoint_revision integer, concurrency integer, lease_number integer,
  attempts integer, failures integer, event_type text, source_id uuid, subscription_id uuid, conversation_id uuid,
  replay boolean, traceparent text, age_ms double precision, withheld text, metadata jsonb, content jsonb)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set lock_timeout = '5s'
as $finish$
#variable_conflict use_column
declare
  failures_that_leave_the_lane constant integer := 3;
  attempts_kept constant integer := 50;
  -- One separator more, for an empty text alone would be no record at all.
  records constant text[] := string_to_array(p_records || E'\x1e', E'\x1e');
  own bigint[];
  most_attempts integer;
  lanes_endpoint uuid[];
  lanes_key uuid[];
  lanes_keep boolean[];
  next_in_lane bigint[];
  next_kept bigint[];
  any_ready boolean;
  now_leased bigint[];
begin
  -- The rows that are still ours. uuid_send() sorts as uuid does, but no index offers that order, which keeps the
  -- planner from walking a whole index for it.
  select array_agg(o.id), array_agg(o.endpoint_id), array_agg(o.lane),
    array_agg(p_keep[array_position(p_delivery_id, o.id)]), max(o.attempts)
  into own, lanes_endpoint, lanes_key, lanes_keep, most_attempts
  from (
    select q.id, q.endpoint_id, q.lane, q.attempts from delivery_queue q
    where q.id = any (p_delivery_id) and q.lease_number = p_lease_number[array_position(p_delivery_id, q.id)]
    order by uuid_send(q.endpoint_id), uuid_send(q.lane), q.sequence, uuid_send(q.subscription_id)
    for update) o;
  if own is null then
    return;
  end if;

  if p_outcome && '{retry,postponed}' then
    insert into delivery_attempts (delivery_id, attempt, record)
    select q.id, q.attempts + 1, records[array_position(p_delivery_id, q.id)]::json
    from delivery_queue q
    where q.id = any (own) and p_outcome[array_position(p_delivery_id, q.id)] in ('retry', 'postponed')
      and records[array_position(p_delivery_id, q.id)] <> '';
    if most_attempts >= attempts_kept then
      delete from delivery_attempts a
      where a.delivery_id = any (own) and a.attempt <= (
        select q.attempts + 1 - attempts_kept from delivery_queue q where q.id = a.delivery_id);
    end if;
  end if;

  with gone as (
    delete from delivery_queue q
    where q.id = any (own) and p_outcome[array_position(p_delivery_id, q.id)] in ('delivered', 'dead', 'cancelled')
    returning q.*, array_position(p_delivery_id, q.id) as place
  )
  insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
    grant_id, state, reason, attempts, attempt_log, replay, replay_job_id, created_at, finished_at)
  select g.id, g.endpoint_id, g.sequence, g.subscription_id, g.event_type, g.source_id, g.conversation_id,
    g.grant_id, p_outcome[g.place], p_reason[g.place], g.attempts + (records[g.place] <> '')::integer,
    ('[' || case
      when g.attempts = 0 then records[g.place]
      else concat_ws(',', (
        select string_agg(a.record::text, ',' order by a.attempt) from delivery_attempts a where a.delivery_id = g.id),
        nullif(records[g.place], ''))
      end || ']')::json,
    g.replay, g.replay_job_id, g.created_at, clock_timestamp()
  from gone g;
  if most_attempts > 0 then
    delete from delivery_attempts a
    where a.delivery_id = any (own)
      and p_outcome[array_position(p_delivery_id, a.delivery_id)] in ('delivered', 'dead', 'cancelled');
  end if;

  -- A row that leaves its lane goes on retrying in a lane of its own.
  if p_outcome && '{retry,postponed,released}' then
    update delivery_queue q
    set attempts = q.attempts + (records[array_position(p_delivery_id, q.id)] <> '')::integer,
      failures = q.failures + (p_outcome[array_position(p_delivery_id, q.id)] = 'retry')::integer,
      reaps = case p_outcome[array_position(p_delivery_id, q.id)] when 'released' then q.reaps else 0 end,
      lane = case
        when p_outcome[array_position(p_delivery_id, q.id)] = 'retry'
          and q.failures + 1 = failures_that_leave_the_lane then gen_random_uuid()
        else q.lane end,
      lease_number = q.lease_number + 1, lease_owner = null, lease_until = null,
      due_at = clock_timestamp()
        + coalesce(p_delay_ms[array_position(p_delivery_id, q.id)], 0) * interval '1 millisecond'
    where q.id = any (own) and p_outcome[array_position(p_delivery_id, q.id)] in ('retry', 'postponed', 'released');
  end if;

  -- A new statement, hence a snapshot that sees what those inserted whom the row locks above made us wait for: a
  -- send that found our row at its lane's end (KEY SHARE) and put its own behind it.
  select array_agg(n.id), array_agg(n.id) filter (where n.open and n.keep), bool_or(n.open and not n.keep)
  into next_in_lane, next_kept, any_ready
  from (
    select x.id, l.keep, e.open
    from (
      select l.endpoint_id, l.lane, bool_or(l.keep) as keep
      from unnest(lanes_endpoint, lanes_key, lanes_keep) as l (endpoint_id, lane, keep)
      group by 1, 2) l
    cross join lateral (
      select q.id, q.lease_until, q.due_at, q.created_at from delivery_queue q
      where q.endpoint_id = l.endpoint_id and q.lane = l.lane
      order by q.sequence, q.subscription_id limit 1) x
    cross join lateral (
      -- A rate is kept by the claim alone; what is only to be dropped costs none of it.
      select coalesce(bool_and(e.state = 'enabled' and e.url is not null and e.paused_until <= clock_timestamp()
        and (e.rate_per_second is null or x.created_at < e.skip_before)), false) as open
      from endpoints e where e.id = l.endpoint_id) e
    where x.lease_until is null and x.due_at is null) n;

  if next_in_lane is not null then
    with promoted as (
      update delivery_queue q
      set lease_number = q.lease_number + 1,
        lease_owner = case when q.id = any (next_kept) then p_node end,
        lease_until = case when q.id = any (next_kept) then clock_timestamp() + p_lease end,
        due_at = case when q.id = any (next_kept) then null else clock_timestamp() end
      where q.id = any (next_in_lane) and q.lease_until is null and q.due_at is null
      returning q.id, q.lease_until
    )
    select array_agg(p.id) filter (where p.lease_until is not null) into now_leased from promoted p;
  end if;

  -- A success is not worth waiting for: somebody's forgotten transaction would hold up all that everybody delivers.
  begin
    perform record_endpoint_health(p_endpoint_id, p_endpoint_revision, p_endpoint_succeeded, p_endpoint_failures,
      p_endpoint_pause_ms, p_endpoint_disable);
  exception when lock_not_available then
    null;
  end;

  return query select 'written', null::bigint, null::uuid, null::integer, null::integer, null::integer, null::integer,
    null::integer, null::text, null::uuid, null::uuid, null::uuid, null::boolean, null::text, null::double precision,
    null::text, null::jsonb, to_jsonb(own);
  if any_ready then
    return query select 'ready', null::bigint, null::uuid, null::integer, null::integer, null::integer, null::integer,
      null::integer, null::text, null::uuid, null::uuid, null::uuid, null::boolean, null::text,
      null::double precision, null::text, null::jsonb, null::jsonb;
  end if;
  if now_leased is not null then
    return query select 'next', d.* from describe_deliveries(now_leased) d;
  end if;
end $finish$;
