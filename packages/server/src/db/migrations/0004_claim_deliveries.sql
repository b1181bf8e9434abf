-- Takes what is due, up to each endpoint's free slots, for this node.
--
-- The endpoints with ready rows are found by skipping through the index, one step an endpoint, and those paused or
-- disabled are left out before any of their rows is read: a million rows waiting for one dead endpoint cost the
-- others nothing. Never waits for a lock.
--
-- p_endpoint, p_free and p_free_replays name the endpoints that are busy on this node; every other has
-- p_default_free slots, or its share of a lower concurrency of its own, and one for replays. Replays go first, for they
-- have so few; but where there is one slot, or a rate, one time in five, or nothing else would ever go.
create function claim_deliveries(
  p_node uuid, p_lease interval, p_endpoint uuid[], p_free integer[], p_free_replays integer[],
  p_default_free integer, p_default_concurrency integer, p_nodes integer, p_max integer)
returns table (
  delivery_id bigint, endpoint_id uuid, endpoint_revision integer, concurrency integer, lease_number integer,
  attempts integer, failures integer, event_type text, source_id uuid, subscription_id uuid, conversation_id uuid,
  replay boolean, traceparent text, age_ms double precision, withheld text, metadata jsonb, content jsonb)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $claim$
#variable_conflict use_column
declare
  -- A bucket that holds half a second's worth lets no second see more than one and a half times the rate.
  seconds_in_bucket constant double precision := 0.5;
  share_of_replays constant double precision := 0.2;
  -- Not asked for in the conditions themselves: only a time known beforehand ends a walk through the index.
  moment constant timestamptz := clock_timestamp();
  open_endpoint uuid[];
  open_free integer[];
  open_free_replays integer[];
  open_until timestamptz[];
  to_probe uuid[];
  probed uuid[];
  limited uuid[];
  metered uuid[];
  tokens double precision[];
  claimed bigint[];
begin
  with recursive waiting (endpoint_id, replay, due_at) as (
    (select q.endpoint_id, q.replay, q.due_at from delivery_queue q where q.due_at is not null
     order by q.endpoint_id, q.replay, q.due_at limit 1)
    union all
    select following.endpoint_id, following.replay, following.due_at
    from waiting w
    cross join lateral (
      select q.endpoint_id, q.replay, q.due_at from delivery_queue q
      where q.due_at is not null and (q.endpoint_id, q.replay) > (w.endpoint_id, w.replay)
      order by q.endpoint_id, q.replay, q.due_at limit 1) following
  )
  select array_agg(o.endpoint_id), array_agg(o.free), array_agg(o.free_replays), array_agg(o.until),
    array_agg(o.endpoint_id) filter (where o.half_open), array_agg(o.endpoint_id) filter (where o.metered)
  into open_endpoint, open_free, open_free_replays, open_until, to_probe, limited
  from (
    select w.endpoint_id, coalesce(p_free[busy.place], least(p_default_free, e.share)) as free,
      case when w.replays then coalesce(p_free_replays[busy.place], 1) else 0 end as free_replays, e.half_open,
      e.rate_per_second is not null and not e.dropping as metered,
      case when e.rate_per_second is not null and e.dropping then e.skip_before - interval '1 microsecond'
        else moment end as until
    from (
      select w.endpoint_id, bool_or(w.replay) as replays, min(w.due_at) as due_at from waiting w
      where w.due_at <= moment group by 1) w
    cross join lateral (
      select x.paused_until > '-infinity' as half_open, x.rate_per_second, x.skip_before,
        -- What is only to be dropped costs nothing of a rate; and as long as there is some, it goes alone.
        coalesce(w.due_at < x.skip_before and x.skip_before <= moment, false) as dropping,
        (coalesce(x.concurrency, p_default_concurrency) + p_nodes - 1) / p_nodes as share
      from endpoints x
      where x.id = w.endpoint_id and x.state = 'enabled' and x.url is not null
        and x.paused_until <= moment offset 0) e
    -- Not joined: with a thousand endpoints on either side that was measured to take a third of a second.
    cross join lateral (select array_position(p_endpoint, w.endpoint_id) as place offset 0) busy
    where coalesce(p_free[busy.place], 1) > 0
    order by random()) o;
  if open_endpoint is null then
    return;
  end if;

  -- After a pause one delivery goes first, on one node: whoever sets probe_until may send it. It is set below, once
  -- there is something to send.
  if to_probe is not null then
    select array_agg(p.id) into probed from (
      select e.id from endpoints e
      where e.id = any (to_probe) and (e.probe_until is null or e.probe_until <= moment)
      order by e.id for no key update skip locked) p;
  end if;

  -- Whoever cannot have the bucket at once leaves it to the node that has it.
  if limited is not null then
    select array_agg(m.id), array_agg(m.tokens) into metered, tokens from (
      select e.id, least(greatest(1, e.rate_per_second * seconds_in_bucket), e.rate_tokens
        -- Also when the clock was set back, so that no endpoint waits for a moment to come again.
        + e.rate_per_second * abs(extract(epoch from clock_timestamp()
          - greatest(e.rate_filled_at, clock_timestamp() - interval '1 minute')))) as tokens
      from endpoints e where e.id = any (limited)
      order by e.id for no key update skip locked) m;
  end if;

  -- Each once: the last line skips what the first has taken, but between the two somebody may let go of a row.
  select array_agg(distinct c.id) into claimed from (
    select ready.id
    from (
      select u.endpoint_id, u.free_replays, u.until, case
          when u.endpoint_id = any (probed) then least(1, u.free)
          when u.endpoint_id = any (to_probe) then 0
          else u.free end as free,
        case when u.endpoint_id = any (limited)
          then coalesce(floor(tokens[array_position(metered, u.endpoint_id)]), 0)::integer end as tokens
      from unnest(open_endpoint, open_free, open_free_replays, open_until)
        as u (endpoint_id, free, free_replays, until)) o
    cross join lateral (
      select case
        when o.free = 1 or o.tokens is not null
          then least(o.free_replays, floor(least(o.free, o.tokens) * share_of_replays + random())::integer)
        else o.free_replays end as replays) first
    cross join lateral (
      select head.id
      from (values (true, first.replays, 0), (false, o.free, 0), (true, o.free_replays - first.replays, first.replays))
        as line (replay, most, past)
      cross join lateral (
        select q.id from delivery_queue q
        where q.endpoint_id = o.endpoint_id and q.replay = line.replay and q.due_at <= o.until
        order by q.due_at limit line.most offset line.past for no key update skip locked) head
      limit least(o.free, o.tokens)) ready
    limit p_max) c;
  if claimed is null then
    return;
  end if;

  if probed is not null then
    update endpoints e set probe_until = clock_timestamp() + p_lease
    where e.id = any (probed) and exists (
      select from delivery_queue q where q.id = any (claimed) and q.endpoint_id = e.id);
  end if;
  if metered is not null then
    update endpoints e
    set rate_tokens = tokens[array_position(metered, e.id)]
        - (select count(*) from delivery_queue q where q.id = any (claimed) and q.endpoint_id = e.id),
      rate_filled_at = clock_timestamp()
    where e.id = any (metered);
  end if;

  update delivery_queue q
  set lease_owner = p_node, lease_until = clock_timestamp() + p_lease, due_at = null,
    lease_number = q.lease_number + 1
  where q.id = any (claimed);
  return query select d.* from describe_deliveries(claimed) d;
end $claim$;
