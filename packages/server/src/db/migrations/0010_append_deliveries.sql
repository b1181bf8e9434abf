-- What happened beside messages: deliveries of facts into lanes that are named after a post or a person.

-- Who hears of changes of posts: one row for each post and subscription, in the order of the posts given. A person who
-- is blacklisted is not told of; subscriptions that a development app made are for development posts alone.
create function post_update_subscriptions(p_post_id uuid[], p_owner_id uuid[], p_development boolean[])
returns table (place integer, subscription_id uuid, endpoint_id uuid, grant_id uuid)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $subscriptions$
#variable_conflict use_column
begin
  return query
  select c.place::integer, s.id, s.endpoint_id, s.grant_id
  from unnest(p_post_id, p_owner_id, p_development) with ordinality as c (post_id, owner_id, development, place)
  cross join lateral (
    -- Apart, so that both are index look-ups: a seller may have a subscription for each of very many posts.
    (select s.id, s.endpoint_id, s.grant_id, s.development_only from subscriptions s
     where s.user_id = c.owner_id and s.event_type = 'POST_UPDATE' and s.post_id = c.post_id
       and s.ended_at is null and s.expires_at > clock_timestamp())
    union all
    (select s.id, s.endpoint_id, s.grant_id, s.development_only from subscriptions s
     where s.user_id = c.owner_id and s.event_type = 'POST_UPDATE' and s.post_id is null
       and s.ended_at is null and s.expires_at > clock_timestamp())
    offset 0) s
  where (select not u.blacklisted from users u where u.id = c.owner_id)
    and (c.development or not s.development_only)
  order by c.place, s.id;
end $subscriptions$;

-- Writes deliveries behind what waits in their lanes: the first of a lane is due if nothing else of it is open, all
-- others are at rest. Arrays of one length; within a lane the deliveries go out in the order given.
--
-- The caller holds the lock of what each lane is named after, taken by an earlier statement: the post, or the grant by
-- which the app knows the person. So no two calls write into one lane at once, each sees what the one before left, and
-- the ids, which serve as sequence too, grow in the order of what happened.
--
-- Lock order: tails by (endpoint, lane), as send_messages and finish_deliveries take theirs. To be the last statement
-- of its transaction: whoever delivers what lies at those tails waits for its end.
--
-- Answers whether any is due now.
create function append_deliveries(
  p_endpoint_id uuid[], p_lane uuid[], p_subscription_id uuid[], p_event_type text[], p_source_id uuid[],
  p_grant_id uuid[], p_traceparent text[])
returns boolean
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set lock_timeout = '5s'
as $append$
#variable_conflict use_column
declare
  any_due boolean;
begin
  with given as materialized (
    select g.*, row_number() over (partition by g.endpoint_id, g.lane order by g.ordinal) as place
    from unnest(p_endpoint_id, p_lane, p_subscription_id, p_event_type, p_source_id, p_grant_id, p_traceparent)
      with ordinality as g (endpoint_id, lane, subscription_id, event_type, source_id, grant_id, traceparent, ordinal)
  ),
  -- KEY SHARE on a lane's tail makes whoever is deleting that row wait for our commit and look again; without it what
  -- is written here could wait behind nothing for ever.
  placed as materialized (
    select m.*, m.place = 1 and tail.busy is null as head
    from (select * from given order by endpoint_id, lane, ordinal) m
    left join lateral (
      select true as busy from delivery_queue q
      where m.place = 1 and q.endpoint_id = m.endpoint_id and q.lane = m.lane
      order by q.sequence desc, q.subscription_id desc limit 1 for key share) tail on true
  ),
  numbered as materialized (
    select nextval('delivery_queue_id_seq') as id, p.* from placed p
  ),
  queued as (
    insert into delivery_queue (id, endpoint_id, lane, sequence, subscription_id, event_type, source_id,
      conversation_id, grant_id, due_at, traceparent)
    overriding system value
    select n.id, n.endpoint_id, n.lane, n.id, n.subscription_id, n.event_type, n.source_id, null, n.grant_id,
      case when n.head then clock_timestamp() end, n.traceparent
    from numbered n
    returning due_at is not null as due
  )
  select coalesce(bool_or(due), false) into any_due from queued;
  return any_due;
end $append$;
