-- What the regular removal of old rows needs: an index for each table it looks through by age, and the end of
-- deliveries that have been held for an endpoint for too long.

create index delivery_history_delivered_default_finished on delivery_history_delivered_default (finished_at);
create index delivery_history_failed_default_finished on delivery_history_failed_default (finished_at);
create index sessions_expires on sessions (expires_at);
create index login_links_expires on login_links (expires_at);
create index authorization_codes_expires on authorization_codes (expires_at);
create index access_tokens_expires on access_tokens (expires_at);
create index refresh_tokens_expires on refresh_tokens (expires_at);
create index cache_invalidations_created on cache_invalidations (created_at);
create index clicks_created on clicks (created_at);
create index event_facts_created on event_facts (created_at);
create index subscriptions_over on subscriptions (least(ended_at, expires_at));

-- Whether a fact or a subscription is still rendered from is looked up by these. They hold little: events without a
-- conversation; replays; and what took longer from its creation to its end than the whole schedule of retries.
create index delivery_queue_fact on delivery_queue (source_id) where conversation_id is null;
create index delivery_history_fact on delivery_history (source_id) where conversation_id is null;
create index delivery_queue_replayed on delivery_queue (subscription_id) where replay;
create index delivery_history_late on delivery_history (subscription_id)
  where replay or finished_at - created_at > interval '7 days';

-- Endpoints that nothing is sent to.
create index endpoints_closed on endpoints (id) where state = 'disabled' or url is null;

-- Ends deliveries that have waited for p_patience, for an endpoint that has been disabled as long or has no URL.
-- They end from the front of their lanes, at most p_max at once, and what comes next in a lane takes its place.
-- Returns how many: 0 when there are no more. Meant to be called again and again, on any number of nodes.
--
-- Lock order as everywhere: queue rows by (endpoint, lane, sequence, subscription). A send holds its lane's tail
-- (KEY SHARE) while it adds to the lane; it is waited for, briefly, because what it adds has to be seen.
create function end_held_deliveries(p_patience interval, p_max integer) returns integer language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set lock_timeout = '100ms'
as $held$
#variable_conflict use_column
declare
  since constant timestamptz := clock_timestamp() - p_patience;
  lanes_endpoint uuid[];
  lanes_key uuid[];
  own bigint[];
  over bigint[];
begin
  -- Nothing moves the heads of a closed endpoint, so that their due times are at most a retry's delay newer than what
  -- they wait for: those not yet due have not waited long enough.
  select array_agg(h.endpoint_id), array_agg(h.lane) into lanes_endpoint, lanes_key from (
    select head.endpoint_id, head.lane
    from endpoints e
    cross join unnest('{false,true}'::boolean[]) as kind (replay)
    cross join lateral (
      select q.endpoint_id, q.lane from delivery_queue q
      where q.endpoint_id = e.id and q.replay = kind.replay and q.due_at < since and q.created_at < since
      order by q.due_at limit p_max) head
    where (e.state = 'disabled' or e.url is null) and (e.disabled_at < since or e.url is null)
    limit p_max) h;
  if lanes_endpoint is null then
    return 0;
  end if;

  select array_agg(f.id) into own from (
    select front.id
    from unnest(lanes_endpoint, lanes_key) as l (endpoint_id, lane)
    cross join lateral (
      select q.id, q.created_at from delivery_queue q
      where q.endpoint_id = l.endpoint_id and q.lane = l.lane
      order by q.sequence, q.subscription_id limit p_max) front
    where front.created_at < since
    limit p_max) f;
  select array_agg(o.id) into own from (
    select q.id from delivery_queue q
    where q.id = any (own) and q.lease_until is null
    order by uuid_send(q.endpoint_id), uuid_send(q.lane), q.sequence, uuid_send(q.subscription_id)
    for update) o;

  -- A new statement sees what those left whom the locks made us wait for, and an endpoint that was enabled meanwhile.
  -- Only an unbroken front of a lane may go.
  select array_agg(f.id) into over from (
    select front.id, bool_and(front.id = any (own)) over (
      partition by front.endpoint_id, front.lane order by front.sequence, front.subscription_id) as unbroken
    from unnest(lanes_endpoint, lanes_key) as l (endpoint_id, lane)
    cross join lateral (
      select x.id from endpoints x
      where x.id = l.endpoint_id and (x.state = 'disabled' or x.url is null) offset 0) e
    cross join lateral (
      select q.id, q.endpoint_id, q.lane, q.sequence, q.subscription_id from delivery_queue q
      where q.endpoint_id = l.endpoint_id and q.lane = l.lane
      order by q.sequence, q.subscription_id limit p_max) front) f
  where f.unbroken;
  if over is null then
    return 0;
  end if;

  with gone as (
    delete from delivery_queue q where q.id = any (over) returning q.*
  )
  insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
    grant_id, state, reason, attempts, attempt_log, replay, replay_job_id, created_at, finished_at)
  select g.id, g.endpoint_id, g.sequence, g.subscription_id, g.event_type, g.source_id, g.conversation_id, g.grant_id,
    'dead', 'held_too_long', g.attempts, ('[' || coalesce((
      select string_agg(a.record::text, ',' order by a.attempt) from delivery_attempts a where a.delivery_id = g.id),
      '') || ']')::json,
    g.replay, g.replay_job_id, g.created_at, clock_timestamp()
  from gone g order by g.sequence;
  delete from delivery_attempts a where a.delivery_id = any (over);

  -- Due since it was created, so that it is found here again when its own time has come.
  update delivery_queue q set due_at = q.created_at, lease_number = q.lease_number + 1
  where q.lease_until is null and q.due_at is null and q.id = any (array(
    select next.id
    from unnest(lanes_endpoint, lanes_key) as l (endpoint_id, lane)
    cross join lateral (
      select q.id from delivery_queue q
      where q.endpoint_id = l.endpoint_id and q.lane = l.lane
      order by q.sequence, q.subscription_id limit 1) next));
  return cardinality(over);
end $held$;
