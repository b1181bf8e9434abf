-- Takes what is due, up to each endpoint's free slots, for this node.
--
-- The endpoints with ready rows are found by skipping through the index, one step an endpoint, and those paused or
-- disabled are left out before any of their rows is read: a million rows waiting for one dead endpoint cost the
-- others nothing. Never waits for a lock.
--
-- p_endpoint and p_free name the endpoints that are busy on this node; every other has p_default_free slots.
create function claim_deliveries(
  p_node uuid, p_lease interval, p_endpoint uuid[], p_free integer[], p_default_free integer, p_max integer)
returns table (
  delivery_id bigint, endpoint_id uuid, endpoint_revision integer, lane uuid, lease_number integer,
  attempts integer, failures integer, event_type text, source_id uuid, subscription_id uuid, withheld text,
  metadata jsonb, content jsonb)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $claim$
#variable_conflict use_column
declare
  open_endpoint uuid[];
  open_free integer[];
  to_probe uuid[];
  probed uuid[];
  claimed bigint[];
begin
  with recursive waiting (endpoint_id, due_at) as (
    (select q.endpoint_id, q.due_at from delivery_queue q where q.due_at is not null
     order by q.endpoint_id, q.due_at limit 1)
    union all
    select following.endpoint_id, following.due_at
    from waiting w
    cross join lateral (
      select q.endpoint_id, q.due_at from delivery_queue q
      where q.due_at is not null and q.endpoint_id > w.endpoint_id
      order by q.endpoint_id, q.due_at limit 1) following
  )
  select array_agg(o.endpoint_id), array_agg(o.free), array_agg(o.endpoint_id) filter (where o.half_open)
  into open_endpoint, open_free, to_probe
  from (
    select w.endpoint_id, coalesce(f.free, p_default_free) as free, e.half_open
    from waiting w
    cross join lateral (
      select x.paused_until > '-infinity' as half_open from endpoints x
      where x.id = w.endpoint_id and x.state = 'enabled' and x.url is not null
        and x.paused_until <= clock_timestamp() offset 0) e
    left join unnest(p_endpoint, p_free) as f (endpoint_id, free) on f.endpoint_id = w.endpoint_id
    where w.due_at <= clock_timestamp() and coalesce(f.free, p_default_free) > 0
    order by random()) o;
  if open_endpoint is null then
    return;
  end if;

  -- After a pause one delivery goes first, on one node: whoever sets probe_until may send it.
  if to_probe is not null then
    select array_agg(p.id) into probed from (
      select e.id from endpoints e
      where e.id = any (to_probe) and (e.probe_until is null or e.probe_until <= clock_timestamp())
      order by e.id for no key update skip locked) p;
    if probed is not null then
      update endpoints e set probe_until = clock_timestamp() + p_lease where e.id = any (probed);
    end if;
  end if;

  select array_agg(c.id) into claimed from (
    select ready.id
    from unnest(open_endpoint, open_free) as o (endpoint_id, free)
    cross join lateral (
      select q.id from delivery_queue q
      where q.endpoint_id = o.endpoint_id and q.due_at <= clock_timestamp()
      order by q.due_at
      limit case
        when o.endpoint_id = any (probed) then 1
        when o.endpoint_id = any (to_probe) then 0
        else o.free end
      for no key update skip locked) ready
    limit p_max) c;
  if claimed is null then
    return;
  end if;

  update delivery_queue q
  set lease_owner = p_node, lease_until = clock_timestamp() + p_lease, due_at = null,
    lease_number = q.lease_number + 1
  where q.id = any (claimed);
  return query select d.* from describe_deliveries(claimed) d;
end $claim$;
