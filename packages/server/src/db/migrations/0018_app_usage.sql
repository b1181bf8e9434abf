-- What apps did and what came of it, hour by hour, for charts. Nodes count in memory and add what they have every few
-- seconds: a node that dies takes a few seconds' counts with it. Limits do not rest on it (quota_windows).
create table app_usage (
  app_id uuid not null references apps on delete cascade,
  -- Begin of the hour of UTC in which it was written down, by this server's clock.
  hour timestamptz not null,
  calls_accepted bigint not null default 0,
  -- For a limit of the app; whatever else becomes of a call, it is accepted.
  calls_refused bigint not null default 0,
  -- Replays count like others.
  deliveries_delivered bigint not null default 0,
  -- Attempts that are to be made again.
  attempts_failed bigint not null default 0,
  deliveries_dead bigint not null default 0,
  primary key (app_id, hour)
) with (fillfactor = 70);
create index app_usage_hour on app_usage (hour);

-- Adds what one node has counted: calls by app, attempts by endpoint. It waits for no flush, like the counting of limits.
create function record_usage(
  p_app uuid[], p_accepted bigint[], p_refused bigint[],
  p_endpoint uuid[], p_delivered bigint[], p_failed bigint[], p_dead bigint[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $usage$
begin
  perform set_config('synchronous_commit', 'off', true);
  perform set_config('lock_timeout', '1s', true);
  insert into app_usage as u (app_id, hour, calls_accepted, calls_refused, deliveries_delivered, attempts_failed,
    deliveries_dead)
  select c.app_id, date_trunc('hour', clock_timestamp(), 'UTC'), sum(c.accepted), sum(c.refused), sum(c.delivered),
    sum(c.failed), sum(c.dead)
  from (
    select g.id as app_id, g.accepted, g.refused, 0 as delivered, 0 as failed, 0 as dead
    from unnest(p_app, p_accepted, p_refused) as g (id, accepted, refused)
    where exists (select from apps a where a.id = g.id)
    union all
    select e.app_id, 0, 0, g.delivered, g.failed, g.dead
    from unnest(p_endpoint, p_delivered, p_failed, p_dead) as g (id, delivered, failed, dead)
    cross join lateral (select x.app_id from endpoints x where x.id = g.id offset 0) e) c
  group by c.app_id
  -- In one order for all, or two nodes could wait for each other.
  order by c.app_id
  on conflict (app_id, hour) do update
  set calls_accepted = u.calls_accepted + excluded.calls_accepted,
    calls_refused = u.calls_refused + excluded.calls_refused,
    deliveries_delivered = u.deliveries_delivered + excluded.deliveries_delivered,
    attempts_failed = u.attempts_failed + excluded.attempts_failed,
    deliveries_dead = u.deliveries_dead + excluded.deliveries_dead;
end $usage$;

-- How often a developer may have addresses tried out.
alter table quota_windows
  drop constraint quota_windows_kind_check,
  add constraint quota_windows_kind_check check (kind in ('app_minute', 'app_day', 'user_minute', 'check_minute'));
