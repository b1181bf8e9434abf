-- A replay is narrowed by conversation and by event too: whoever has found a few deliveries by these sends those few
-- again, and not everything.

alter table replay_jobs
  add column conversation_id uuid,
  -- As the app gets it in webhook-id.
  add column webhook_id text;

-- Takes the place of the one of 0006. Inlined where it is called: nothing in it may be less than immutable, which a
-- uuid beside || is. The digest is that of delivery/delivery-id.ts.
create function replay_matches(p_job replay_jobs, p_replay boolean, p_event_type text, p_created_at timestamptz,
  p_state text, p_conversation_id uuid, p_source_id uuid, p_subscription_id uuid)
returns boolean language sql immutable as $matches$
  select not p_replay
    and (p_job.event_type is null or p_event_type = p_job.event_type)
    and (p_job.created_from is null or p_created_at >= p_job.created_from)
    and (p_job.created_to is null or p_created_at < p_job.created_to)
    and (p_job.state is null or p_state = p_job.state)
    and (p_job.conversation_id is null or p_conversation_id = p_job.conversation_id)
    and (p_job.webhook_id is null or p_job.webhook_id = 'evt_' || left(translate(encode(
      sha256(convert_to(p_source_id::text || ':' || p_subscription_id::text, 'UTF8')), 'base64'), '+/', '-_'), 27))
$matches$;

-- As in 0006, but for what they tell replay_matches.
create or replace function replay_finds_anything(p_job_id uuid) returns boolean language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_sort = off
set jit = off
as $finds$
declare
  most_examined constant integer := 50000;
  job replay_jobs;
  states text[];
  endpoint uuid;
  may_be_more boolean := false;
begin
  select j.* into strict job from replay_jobs j where j.id = p_job_id;
  states := replay_partitions(job);
  if job.app_id is null then
    perform from (
      select h.id, h.replay, h.event_type, h.created_at, h.state, h.conversation_id, h.source_id, h.subscription_id
      from delivery_history h
      where h.id <= job.last_id and h.state in (states[1], states[2], states[3])
      order by h.id desc limit most_examined) h
    where h.id > job.after_id and h.state <> 'cancelled'
      and replay_matches(job, h.replay, h.event_type, h.created_at, h.state, h.conversation_id, h.source_id,
        h.subscription_id) limit 1;
    if found then
      return true;
    end if;
    perform from (
      select h.id from delivery_history h
      where h.id <= job.last_id and h.state in (states[1], states[2], states[3])
      order by h.id desc offset most_examined limit 1) h
    where h.id > job.after_id;
    return case when not found then false end;
  end if;
  for endpoint in select e.id from endpoints e where e.app_id = job.app_id loop
    perform from (
      select h.id, h.replay, h.event_type, h.created_at, h.state, h.conversation_id, h.source_id, h.subscription_id
      from delivery_history h
      where h.endpoint_id = endpoint and h.id <= job.last_id and h.state in (states[1], states[2], states[3])
      order by h.id desc limit most_examined) h
    where h.id > job.after_id and h.state <> 'cancelled'
      and replay_matches(job, h.replay, h.event_type, h.created_at, h.state, h.conversation_id, h.source_id,
        h.subscription_id) limit 1;
    if found then
      return true;
    end if;
    perform from (
      select h.id from delivery_history h
      where h.endpoint_id = endpoint and h.id <= job.last_id and h.state in (states[1], states[2], states[3])
      order by h.id desc offset most_examined limit 1) h
    where h.id > job.after_id;
    may_be_more := may_be_more or found;
  end loop;
  return case when not may_be_more then false end;
end $finds$;

create or replace function advance_replay(p_job_id uuid) returns boolean language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_sort = off
set jit = off
as $advance$
declare
  most_examined constant integer := 5000;
  most_queued constant integer := 500;
  most_walks constant integer := 20;
  most_of_one_app constant integer := 500;
  most_of_every_app constant integer := 50;
  shortest_pause constant interval := '200 milliseconds';
  job replay_jobs;
  walk replay_walks;
  states text[];
  to_examine integer := most_examined;
  to_queue integer := most_queued;
  walks integer := 0;
  moved boolean := false;
  usable boolean;
  waiting bigint[];
  ended record;
  most_waiting integer;
  longest_pause interval;
  step record;
  is_idle boolean;
begin
  select j.* into job from replay_jobs j where j.id = p_job_id for share skip locked;
  if not found then
    return false;
  end if;
  states := replay_partitions(job);
  most_waiting := case when job.app_id is null then most_of_every_app else most_of_one_app end;
  longest_pause := case when job.app_id is null then interval '1 minute' else interval '5 seconds' end;

  for walk in
    select w.* from replay_walks w
    where w.job_id = p_job_id and not w.closed and w.step_after <= clock_timestamp()
    order by w.step_after limit most_walks
    for no key update skip locked
  loop
    walks := walks + 1;
    if job.status = 'cancelled' then
      perform withdraw_replays(walk.outstanding);
    end if;

    -- One snapshot for both tables: a delivery moves from one to the other in one transaction, so it is seen in one.
    select coalesce(array_agg(o.id) filter (where o.is_open), '{}') as waiting,
      count(*) filter (where o.state = 'delivered') as delivered, count(*) filter (where o.state = 'dead') as dead,
      count(*) filter (where o.state = 'cancelled') as cancelled
    into ended
    from (
      select x.id, q.id is not null as is_open, h.state
      from unnest(walk.outstanding) as x (id)
      left join lateral (select d.id from delivery_queue d where d.id = x.id offset 0) q on true
      left join lateral (
        select d.state from delivery_history d where d.id = x.id and q.id is null offset 0) h on true) o;
    waiting := ended.waiting;
    is_idle := cardinality(waiting) = cardinality(walk.outstanding);
    walk.delivered := walk.delivered + ended.delivered;
    walk.dead := walk.dead + ended.dead;
    walk.cancelled := walk.cancelled + ended.cancelled;

    usable := coalesce(
      (select e.state = 'enabled' and e.url is not null from endpoints e where e.id = walk.endpoint_id), false);
    -- Half of them must be done before more are queued: a few at a time would make a step for each few.
    if job.status = 'running' and walk.cursor < job.last_id and cardinality(waiting) <= most_waiting / 2
      and (usable or job.app_id is null)
    then
      with page as materialized (
        select p.*, count(*) filter (where p.matches) over (order by p.id) as place
        from (
          select h.id, h.sequence, h.subscription_id, h.event_type, h.source_id, h.conversation_id, h.grant_id,
            h.state, replay_matches(job, h.replay, h.event_type, h.created_at, h.state, h.conversation_id, h.source_id,
              h.subscription_id) as matches
          from delivery_history h
          where h.endpoint_id = walk.endpoint_id and h.id > walk.cursor and h.state in (states[1], states[2], states[3])
          order by h.id limit to_examine) p
        where p.id <= job.last_id
      ), examined as (
        select p.* from page p where p.place <= least(to_queue, most_waiting - cardinality(waiting))
      ), judged as (
        select x.*, case
          when x.state = 'cancelled' then 'cancelled'
          when not usable then 'endpoint'
          when x.grant_id is not null and g.id is null then 'consent'
          when since.id is not null then 'delivered'
          end as obstacle
        from examined x
        left join lateral (
          select y.id from grants y where y.id = x.grant_id and y.revoked_at is null offset 0) g on true
        -- Who asks for what died wants it to arrive once; who asks for everything wants everything.
        left join lateral (
          select y.id from delivery_history y
          where job.state = 'dead' and y.source_id = x.source_id and y.subscription_id = x.subscription_id
            and y.replay and y.state = 'delivered' limit 1) since on true
        where x.matches
      ), queued as (
        insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id,
          conversation_id, grant_id, replay, replay_job_id, due_at)
        select walk.endpoint_id, gen_random_uuid(), j.sequence, j.subscription_id, j.event_type, j.source_id,
          j.conversation_id, j.grant_id, true, job.id, clock_timestamp()
        from judged j where j.obstacle is null
        returning id
      )
      select found.*, verdict.*, (select coalesce(array_agg(q.id), '{}') from queued q) as queued,
        (select count(*) from page) as page
      into step
      from (select count(*) as examined, max(x.id) as last_id from examined x) found
      cross join (
        select count(*) as matched, count(*) filter (where j.obstacle = 'consent') as consent,
          count(*) filter (where j.obstacle = 'cancelled') as cancelled,
          count(*) filter (where j.obstacle = 'endpoint') as endpoint,
          count(*) filter (where j.obstacle = 'delivered') as delivered
        from judged j) verdict;

      walk.cursor := case
        when step.examined = step.page and step.page < to_examine then job.last_id else step.last_id end;
      walk.examined := walk.examined + step.examined;
      walk.matched := walk.matched + step.matched;
      walk.queued := walk.queued + cardinality(step.queued);
      walk.skipped_consent := walk.skipped_consent + step.consent;
      walk.skipped_cancelled := walk.skipped_cancelled + step.cancelled;
      walk.skipped_endpoint := walk.skipped_endpoint + step.endpoint;
      walk.skipped_delivered := walk.skipped_delivered + step.delivered;
      waiting := waiting || step.queued;
      to_examine := to_examine - step.examined;
      to_queue := to_queue - step.matched;
      is_idle := false;
      moved := true;
    end if;

    -- A walk on which nothing happens is looked at ever less often.
    update replay_walks w
    set cursor = walk.cursor, outstanding = waiting, examined = walk.examined, matched = walk.matched,
      queued = walk.queued, skipped_consent = walk.skipped_consent, skipped_cancelled = walk.skipped_cancelled,
      skipped_endpoint = walk.skipped_endpoint, skipped_delivered = walk.skipped_delivered,
      delivered = walk.delivered, dead = walk.dead, cancelled = walk.cancelled,
      changed_at = case when is_idle then w.changed_at else clock_timestamp() end,
      step_after = clock_timestamp() + case
        when not is_idle then interval '0'
        else least(longest_pause, greatest(shortest_pause, (clock_timestamp() - w.changed_at) / 4)) end,
      closed = cardinality(waiting) = 0 and (walk.cursor >= job.last_id or job.status = 'cancelled')
    where w.job_id = walk.job_id and w.endpoint_id = walk.endpoint_id;
    exit when to_examine <= 0 or to_queue <= 0;
  end loop;
  return moved or walks = most_walks;
end $advance$;

drop function replay_matches(replay_jobs, boolean, text, timestamptz, text);
