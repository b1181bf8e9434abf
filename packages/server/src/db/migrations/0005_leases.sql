-- Leases that run out, and leases that are prolonged.

-- Makes ready again what nodes held that did not write an outcome in time: they died, or lost the database.
--
-- A lease further away than any that is given means that the database's clock was set back; it counts as run out.
-- The lease number stays: should the old node still come with its outcome before anyone takes the row, it is true.
--
-- A delivery that has outlived three leases may be what kills the processes that attempt it. It is returned, leased
-- to this node for its outcome to be written as a failed attempt, instead of walking through all nodes for ever.
-- Never waits for a lock.
create function sweep_leases(p_node uuid, p_lease interval, p_max integer)
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
as $sweep$
#variable_conflict use_column
declare
  leases_that_make_a_failure constant integer := 3;
  moment constant timestamptz := clock_timestamp();
  expired bigint[];
  worn_out bigint[];
begin
  select array_agg(s.id), array_agg(s.id) filter (where s.reaps + 1 >= leases_that_make_a_failure)
  into expired, worn_out
  from (
    select lost.id, lost.reaps
    from (values ('-infinity'::timestamptz, moment), (moment + 2 * p_lease, 'infinity')) as over (later_than, before)
    cross join lateral (
      select q.id, q.reaps from delivery_queue q
      where q.lease_until > over.later_than and q.lease_until < over.before
      order by q.lease_until limit p_max
      for no key update skip locked) lost) s;
  if expired is null then
    return;
  end if;

  update delivery_queue q
  set reaps = q.reaps + 1,
    lease_owner = case when q.id = any (worn_out) then p_node end,
    lease_until = case when q.id = any (worn_out) then clock_timestamp() + p_lease end,
    lease_number = q.lease_number + (q.id = any (coalesce(worn_out, '{}')))::integer,
    due_at = case when q.id = any (worn_out) then null else clock_timestamp() end
  where q.id = any (expired);
  if worn_out is not null then
    return query select d.* from describe_deliveries(worn_out) d;
  end if;
end $sweep$;

-- Prolongs what this node still works on or has not been able to write yet, and returns what it still holds; a lease
-- that was lost meanwhile stays lost. Never waits for a lock: who holds one is about to write an outcome.
create function renew_leases(p_delivery_id bigint[], p_lease_number integer[], p_lease interval)
returns table (delivery_id bigint)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $renew$
#variable_conflict use_column
declare
  own bigint[];
begin
  select array_agg(o.id) into own from (
    select q.id from delivery_queue q
    where q.id = any (p_delivery_id) and q.lease_until is not null
      and q.lease_number = p_lease_number[array_position(p_delivery_id, q.id)]
    for no key update skip locked) o;
  return query
  update delivery_queue q set lease_until = clock_timestamp() + p_lease where q.id = any (own) returning q.id;
end $renew$;
