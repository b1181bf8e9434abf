-- Replaying by filter: finished deliveries go out once more, as jobs that any node may carry on at any time.

create table replay_jobs (
  id uuid primary key,
  -- Null for every app.
  app_id uuid references apps on delete cascade,
  -- The filter: when the deliveries were made (from inclusive, to exclusive), of which event, with which outcome.
  -- Null filters nothing.
  created_from timestamptz,
  created_to timestamptz,
  event_type text,
  state text check (state in ('delivered', 'dead')),
  -- The deliveries it looks at: after_id < id <= last_id. What is made later is never part of it.
  after_id bigint not null,
  last_id bigint not null,
  status text not null default 'running' check (status in ('running', 'paused', 'cancelled', 'done', 'failed')),
  reason text,
  -- The developer; null for the host.
  created_by uuid,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);
create index replay_jobs_app on replay_jobs (app_id, id desc);
create index replay_jobs_finished on replay_jobs (finished_at);

-- A job's way through the deliveries of one endpoint. One for each endpoint, so that an endpoint which takes nothing
-- holds up nobody's replays but its own.
create table replay_walks (
  job_id uuid not null references replay_jobs on delete cascade,
  endpoint_id uuid not null,
  -- Everything up to this id has been looked at.
  cursor bigint not null,
  -- Replays that were not finished when last looked at; their outcomes are counted once, when they leave this list,
  -- so that the counts outlive the history.
  outstanding bigint[] not null default '{}',
  examined bigint not null default 0,
  matched bigint not null default 0,
  queued bigint not null default 0,
  skipped_consent bigint not null default 0,
  skipped_cancelled bigint not null default 0,
  skipped_endpoint bigint not null default 0,
  skipped_delivered bigint not null default 0,
  delivered bigint not null default 0,
  dead bigint not null default 0,
  cancelled bigint not null default 0,
  -- When something of the above last changed; and not to be looked at again before.
  changed_at timestamptz not null default clock_timestamp(),
  step_after timestamptz not null default clock_timestamp(),
  closed boolean not null default false,
  primary key (job_id, endpoint_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index replay_walks_open on replay_walks (job_id, step_after) where not closed;

-- Whether a dead delivery has since arrived as a replay. Costs nothing where nothing is replayed.
create index delivery_history_replays on delivery_history (source_id, subscription_id) where replay;

-- The highest id among finished deliveries that were made before a time. Ids follow time, so this is a search by
-- halves; only a database clock that was set back breaks that, for which callers leave an hour.
create function delivery_id_before(p_time timestamptz) returns bigint language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $before$
declare
  low bigint := 0;
  high bigint := 1 + coalesce((select h.id from delivery_history h order by h.id desc limit 1), 0);
  middle bigint;
  probe record;
begin
  while high - low > 1 loop
    middle := low + (high - low) / 2;
    select h.id, h.created_at into probe from delivery_history h
    where h.id >= middle and h.id < high order by h.id limit 1;
    if found and probe.created_at < p_time then
      low := probe.id;
    else
      high := middle;
    end if;
  end loop;
  return low;
end $before$;

-- What a job replays, of the deliveries it looks at. Replays are not: each event is replayed once in a job, however
-- often it was replayed before. Inlined where it is called.
create function replay_matches(p_job replay_jobs, p_replay boolean, p_event_type text, p_created_at timestamptz,
  p_state text) returns boolean language sql immutable as $matches$
  select not p_replay
    and (p_job.event_type is null or p_event_type = p_job.event_type)
    and (p_job.created_from is null or p_created_at >= p_job.created_from)
    and (p_job.created_to is null or p_created_at < p_job.created_to)
    and (p_job.state is null or p_state = p_job.state)
$matches$;

-- The parts of the history that a job has to read. By partitions and not by rows: what a scan passes over without
-- answering it would escape every limit on the rows of a step. Read as in (states[1], states[2], states[3]), because
-- the planner cannot tell from an array as a whole which partitions it leaves out.
create function replay_partitions(p_job replay_jobs) returns text[] language sql immutable as $partitions$
  select case p_job.state
    when 'delivered' then '{delivered}'::text[]
    when 'dead' then '{dead,cancelled}'
    else '{delivered,dead,cancelled}' end
$partitions$;

-- Whether a job will find anything, by a look at the newest of its deliveries. Null when that does not tell.
--
-- Here and below only one end of the range of ids stands in the scan, the other beside it. Bounded on both ends the
-- range is so small to a planner without statistics that the index by id alone looks as good as the one by endpoint,
-- and would read every other app's deliveries.
create function replay_finds_anything(p_job_id uuid) returns boolean language plpgsql stable
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
      select h.id, h.replay, h.event_type, h.created_at, h.state from delivery_history h
      where h.id <= job.last_id and h.state in (states[1], states[2], states[3])
      order by h.id desc limit most_examined) h
    where h.id > job.after_id and h.state <> 'cancelled'
      and replay_matches(job, h.replay, h.event_type, h.created_at, h.state) limit 1;
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
      select h.id, h.replay, h.event_type, h.created_at, h.state from delivery_history h
      where h.endpoint_id = endpoint and h.id <= job.last_id and h.state in (states[1], states[2], states[3])
      order by h.id desc limit most_examined) h
    where h.id > job.after_id and h.state <> 'cancelled'
      and replay_matches(job, h.replay, h.event_type, h.created_at, h.state) limit 1;
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

-- Ends replays that nobody is sending at this moment. Each is alone in its lane, so that nothing waits behind it. Those
-- that are leased end as soon as their node, or the next one, has read that their job is cancelled.
create function withdraw_replays(p_delivery_id bigint[]) returns void language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $withdraw$
declare
  withdrawn bigint[];
begin
  select array_agg(o.id) into withdrawn from (
    select q.id from delivery_queue q where q.id = any (p_delivery_id) and q.lease_until is null
    for update skip locked) o;
  with gone as (
    delete from delivery_queue q where q.id = any (withdrawn) returning q.*
  )
  insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
    grant_id, state, reason, attempts, attempt_log, replay, replay_job_id, created_at, finished_at)
  select g.id, g.endpoint_id, g.sequence, g.subscription_id, g.event_type, g.source_id, g.conversation_id,
    g.grant_id, 'cancelled', 'replay_cancelled', g.attempts,
    coalesce((
      select json_agg(a.record order by a.attempt) from delivery_attempts a where a.delivery_id = g.id), '[]'),
    g.replay, g.replay_job_id, g.created_at, clock_timestamp()
  from gone g;
  delete from delivery_attempts a where a.delivery_id = any (withdrawn);
end $withdraw$;

-- One step of a job, in one implicit transaction: counts what became of the replays that it has queued, looks at the
-- next deliveries and queues those that match. Does nothing for a job that somebody changes at this moment, and
-- passes over walks that another node is taking forward. True when there may be more to do at once.
--
-- Bounded by what it looks at, not by what it finds: a step is short whatever the filter. An endpoint never has more
-- replays of a job waiting than most_of_one_app, or most_of_every_app where the job is for every app.
--
-- While the endpoint of a job for one app is disabled or has no URL, the job waits: it goes on where it stopped once
-- that is repaired. A job for every app would never end that way, so it skips such deliveries and counts them.
--
-- What a cancelled job has queued is withdrawn.
--
-- Lock order: job, walk, then rows of the queue: new ones, which nobody else knows yet, or old ones without waiting.
create function advance_replay(p_job_id uuid) returns boolean language plpgsql
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
            h.state, replay_matches(job, h.replay, h.event_type, h.created_at, h.state) as matches
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
