-- Limits of calls and messages. A node takes slices of a quota and serves calls from them without a word to the
-- database; here stands what was given to all nodes together.

-- What the host set for one app instead of the usual limits; 0 for none.
alter table apps
  add column calls_per_minute integer check (calls_per_minute >= 0),
  add column calls_per_day integer check (calls_per_day >= 0);

-- One row for each that is limited, begun anew in place with each window: no history.
create table quota_windows (
  -- An app, or for user_minute a user; without a foreign key, for rows go by their age.
  subject_id uuid not null,
  kind text not null check (kind in ('app_minute', 'app_day', 'user_minute')),
  started_at timestamptz not null,
  -- Given to nodes, whether they have used it yet or not.
  used bigint not null check (used >= 0),
  primary key (subject_id, kind)
) with (fillfactor = 50);
create index quota_windows_started on quota_windows (started_at);

create function quota_window_length(p_kind text) returns interval
language sql immutable parallel safe
as $$ select case p_kind when 'app_day' then interval '1 day' else interval '1 minute' end $$;

-- Days are those of UTC. Minutes begin at a second of each subject's own: otherwise all apps, and all that wait for
-- their next minute, would come at once.
create function quota_window_start(p_kind text, p_subject uuid, p_moment timestamptz) returns timestamptz
language sql immutable parallel safe
as $$
  select date_bin(quota_window_length(p_kind), p_moment, timestamptz '2000-01-01 00:00:00+00' + case p_kind
    when 'app_day' then interval '0'
    else make_interval(secs => ('x' || right(p_subject::text, 4))::bit(16)::integer % 60) end)
$$;

-- What is needed now comes first, as far as it goes. Ahead of need there is only a share of what is left, so that the
-- slices of several nodes shrink towards the end and none is refused for what another holds unused.
create function quota_grant(p_limit bigint, p_used bigint, p_needed bigint, p_ahead bigint, p_shrink bigint)
returns bigint
language sql immutable parallel safe
as $$
  select needed + least(p_ahead, (unused - needed) / p_shrink)
  from (select greatest(p_limit - p_used, 0) as unused) u
  cross join lateral (select least(p_needed, unused) as needed) n
$$;

-- Once for each app, kind and window, however many nodes find out.
alter table app_alerts
  add column window_started_at timestamptz,
  drop constraint app_alerts_kind_check,
  add constraint app_alerts_kind_check check (kind in ('endpoint_disabled', 'endpoint_failing',
    'daily_quota_warning', 'daily_quota_exceeded', 'minute_limit_exceeded'));
create unique index app_alerts_window on app_alerts (app_id, kind, window_started_at)
  where window_started_at is not null;

create function alert_quota(
  p_app uuid, p_kind text, p_window timestamptz, p_limit bigint, p_used bigint, p_resets_at timestamptz)
returns void
language sql
as $$
  insert into app_alerts (app_id, kind, detail, window_started_at)
  select p_app, p_kind, jsonb_build_object('limit', p_limit, 'used', p_used, 'resetsAt', p_resets_at), p_window
  where exists (select from apps a where a.id = p_app)
    and not exists (select from app_alerts l
      where l.app_id = p_app and l.kind = p_kind and l.window_started_at = p_window)
  on conflict (app_id, kind, window_started_at) where window_started_at is not null do nothing
$$;

-- Gives slices of several quotas to one node, and says of each how much of its window is left. Windows are those of
-- this server's clock. It waits for no flush: what a crash of the database forgets is less than a second's worth.
create function lease_quotas(
  p_subject uuid[], p_kind text[], p_limit bigint[], p_needed bigint[], p_ahead bigint[], p_shrink bigint[])
returns table (place bigint, given bigint, total bigint, began_at timestamptz, ends_at timestamptz, left_ms double precision)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $lease$
declare
  warned_at constant numeric := 0.8;
  asked record;
  moment timestamptz;
  length interval;
  row_began_at timestamptz;
begin
  perform set_config('synchronous_commit', 'off', true);
  -- Nodes hold these rows for a moment; whoever holds one for longer must not keep all others of this call waiting.
  perform set_config('lock_timeout', '1s', true);
  -- In one order for all, or two nodes could wait for each other.
  for asked in
    select a.* from unnest(p_subject, p_kind, p_limit, p_needed, p_ahead, p_shrink)
      with ordinality as a (subject_id, kind, most, needed, ahead, shrink, place)
    order by a.subject_id, a.kind
  loop
    loop
      select q.started_at, q.used into row_began_at, total from quota_windows q
      where q.subject_id = asked.subject_id and q.kind = asked.kind for no key update;
      exit when found;
      insert into quota_windows (subject_id, kind, started_at, used)
      values (asked.subject_id, asked.kind,
        quota_window_start(asked.kind, asked.subject_id, clock_timestamp()), 0)
      on conflict do nothing;
    end loop;
    moment := clock_timestamp();
    length := quota_window_length(asked.kind);
    began_at := quota_window_start(asked.kind, asked.subject_id, moment);
    -- A clock that was set back does not open a window that is over once more. One beyond the next was begun by a clock
    -- that ran wild: nobody is to wait until the time has come there.
    if row_began_at <= began_at + length then
      began_at := greatest(row_began_at, began_at);
    end if;
    ends_at := began_at + length;
    if began_at <> row_began_at then
      total := 0;
    end if;
    given := quota_grant(asked.most, total, asked.needed, asked.ahead, asked.shrink);
    total := total + given;
    if given > 0 or began_at <> row_began_at then
      update quota_windows q set used = total, started_at = began_at
      where q.subject_id = asked.subject_id and q.kind = asked.kind;
    end if;
    if asked.kind = 'app_day' and total >= asked.most * warned_at then
      perform alert_quota(asked.subject_id, 'daily_quota_warning', began_at, asked.most, total, ends_at);
      if given < asked.needed then
        perform alert_quota(asked.subject_id, 'daily_quota_exceeded', began_at, asked.most, total, ends_at);
      end if;
    elsif asked.kind = 'app_minute' and given < asked.needed then
      -- Once an hour: an app that is always a little too fast is told often enough.
      perform alert_quota(asked.subject_id, 'minute_limit_exceeded', date_trunc('hour', moment, 'UTC'),
        asked.most, total, ends_at);
    end if;
    place := asked.place;
    left_ms := extract(epoch from ends_at - moment) * 1000;
    return next;
  end loop;
end $lease$;

-- Takes back what a node has not used, unless its window is over. Never repeated when its outcome is unknown: what
-- stays unused costs a caller a little, what is given twice would break the limit.
create function return_quotas(p_subject uuid[], p_kind text[], p_began_at timestamptz[], p_unused bigint[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $return$
declare
  unused record;
begin
  perform set_config('synchronous_commit', 'off', true);
  perform set_config('lock_timeout', '1s', true);
  for unused in
    select r.* from unnest(p_subject, p_kind, p_began_at, p_unused) as r (subject_id, kind, began_at, amount)
    order by r.subject_id, r.kind
  loop
    update quota_windows q set used = greatest(q.used - unused.amount, 0)
    where q.subject_id = unused.subject_id and q.kind = unused.kind and q.started_at = unused.began_at;
  end loop;
end $return$;
