-- One call sends a whole group commit: up to 256 messages of any conversations, in one implicit transaction, so no
-- lock is ever held over a client's round trip.
--
-- Lock order everywhere: conversations by id -> idempotency keys in key order -> delivery_queue -> endpoints.
-- The conversation locks come first and alone; the statements after them take their snapshot later, so what they
-- read is what the previous holder left. Sequence and time are given under the lock: now() would be the time
-- before the wait and would run backwards against the sequence.
--
-- A bad row never fails its neighbours; each gets a status:
--   0 sent, 1 sent before (same message id, or same idempotency key and request), 5 no such conversation,
--   6 idempotency key used with another request, 7 sender takes no part, 9 blocked or blacklisted, or
--   a user writes to an app that may not chat, 16 key, token or grant no longer alive.
-- In a BOT conversation the app itself is the sender of what its chatbot says, by its key alone; what the user writes
-- goes to the app without any subscription.
--
-- Rows returned: kind 'ack', one for each input (message_id only where it is not the one given); kind 'lease', one
-- for each delivery that this node may attempt at once, with all that is needed for it beside the message itself.
-- Times in microseconds.
--
-- p_nodes: nodes that deliver, among which an endpoint's attempts are shared out. p_default_free: slots for an
-- endpoint that this node says nothing of; p_default_concurrency: what an endpoint has that sets nothing of its own;
-- p_room: slots for all endpoints together.
--
-- Each table is read through LATERAL ... LIMIT (or OFFSET 0) or a scalar sub-select by its key, which the planner
-- can neither flatten nor turn into a join over the whole table. Planner settings: the functions are often first
-- planned while delivery_queue is empty; without them the cached plan scans the whole queue for every batch.
create function microseconds(at timestamptz) returns bigint language sql immutable parallel safe
return (extract(epoch from at) * 1000000)::bigint;

create function send_messages(
  p_message_id uuid[], p_conversation_id uuid[], p_sender_id uuid[], p_app_id uuid[], p_key_id uuid[],
  p_token_id uuid[], p_operation smallint[], p_idempotency_key bytea[], p_request_hash bytea[], p_type text[],
  p_bodies text, p_traceparent text[], p_node uuid, p_lease interval, p_endpoint uuid[], p_free integer[],
  p_default_free integer, p_default_concurrency integer, p_nodes integer, p_room integer)
returns table (
  kind text, ordinal integer, status integer, message_id uuid, sequence bigint, sent_at_us bigint,
  delivery_id bigint, endpoint_id uuid, endpoint_revision integer, concurrency integer, subscription_id uuid,
  metadata jsonb, event_type text, by_supplier boolean, conversation_type text, post_token text, supplier_id uuid,
  demand_id uuid)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
-- Longer than any other batch holds its locks; who ran into it stands aside (db/group-commit.ts) and is not waited for.
set lock_timeout = '500ms'
as $send$
#variable_conflict use_column
declare
  -- Joined by a character that JSON text cannot hold: an array literal would escape, and PostgreSQL unescape, every
  -- quotation mark of every body, which was measured to be a sixth of the whole statement.
  bodies constant text[] := string_to_array(p_bodies, E'\x1e');
  keyed constant boolean := array_remove(p_idempotency_key, null) <> '{}';
begin
  perform 1 from conversations c where c.id = any (p_conversation_id) order by c.id for no key update;

  if keyed then
    -- Sorted, so that two nodes wait for each other's keys in one direction only.
    insert into idempotency_keys as i (owner_id, operation, key_hash, request_hash, message_id, created_at)
    select coalesce(b.app_id, b.sender_id), b.operation, b.key_hash, b.request_hash, b.message_id, clock_timestamp()
    from unnest(p_app_id, p_sender_id, p_operation, p_idempotency_key, p_request_hash, p_message_id)
      as b (app_id, sender_id, operation, key_hash, request_hash, message_id)
    where b.key_hash is not null
    order by 1, 2, 3
    on conflict (owner_id, operation, key_hash) do update
      set request_hash = excluded.request_hash, message_id = excluded.message_id, created_at = excluded.created_at
      where i.created_at < clock_timestamp() - interval '24 hours';
  end if;

  return query
  with checked as materialized (
    select b.ordinal, b.id, b.conversation_id, b.sender_id, b.app_id, c.last_sequence, c.last_at, c.supplier_id, c.demand_id,
      c.post_id, c.type as conversation_type, c.app_id as chatbot_id, c.post_token, before.id as before_id, before.sequence as before_sequence, before.sent_at as before_at,
      case
        when i.message_id <> b.id and i.request_hash <> p_request_hash[b.ordinal] then 6
        when before.id is not null then 1
        when b.app_id is not null and (
            (select k.revoked_at is null from api_keys k where k.id = b.key_id) is not true
            or b.token_id is not null and (select t.revoked_at is null and t.expires_at > clock_timestamp()
                  and (select g.revoked_at is null from grants g where g.id = t.grant_id)
                from access_tokens t where t.id = b.token_id) is not true) then 16
        when c.id is null then 5
        when case
          when c.type = 'BOT' and b.app_id is not null then b.app_id <> c.app_id or b.sender_id <> c.app_id
          else b.sender_id is distinct from c.supplier_id and b.sender_id <> c.demand_id end then 7
        when c.type = 'POST' and (
            (select u.blacklisted from users u where u.id = c.supplier_id)
            or (select u.blacklisted from users u where u.id = c.demand_id)
            or (select true from blocks x where x.blocker_id = c.supplier_id and x.blocked_id = c.demand_id)
            or (select true from blocks x where x.blocker_id = c.demand_id and x.blocked_id = c.supplier_id)) then 9
        when c.type = 'BOT' and (
            (select u.blacklisted from users u where u.id = c.demand_id)
            or (select true from app_blocks x where x.user_id = c.demand_id and x.app_id = c.app_id)
            or b.app_id is null and not (
              (select a.development from apps a where a.id = c.app_id)
              or coalesce((select p.approved_at is not null from app_permissions p
                where p.app_id = c.app_id and p.name = 'CHAT_BOT_SEND_MESSAGE'), false))) then 9
        else 0
      end as status
    from unnest(p_message_id, p_conversation_id, p_sender_id, p_app_id, p_key_id, p_token_id) with ordinality
      as b (id, conversation_id, sender_id, app_id, key_id, token_id, ordinal)
    left join lateral (
      select c.id, c.type, c.supplier_id, c.demand_id, c.app_id, c.post_id, c.post_token, c.last_sequence, c.last_at
      from conversations c where c.id = b.conversation_id limit 1) c on true
    left join lateral (
      select i.message_id, i.request_hash from idempotency_keys i
      where keyed and i.owner_id = coalesce(b.app_id, b.sender_id) and i.operation = p_operation[b.ordinal]
        and i.key_hash = p_idempotency_key[b.ordinal] limit 1) i on true
    left join lateral (
      select m.id, m.sequence, m.sent_at from messages m where m.id = coalesce(i.message_id, b.id) limit 1) before on true
  ),
  good as materialized (
    select k.ordinal, k.id, k.conversation_id, k.sender_id, k.app_id, k.supplier_id, k.demand_id, k.post_id,
      k.conversation_type, k.chatbot_id, k.post_token,
      k.last_sequence + row_number() over w as sequence,
      greatest(clock_timestamp(), k.last_at + interval '1 microsecond')
        + (row_number() over w - 1) * interval '1 microsecond' as sent_at
    from checked k where k.status = 0
    window w as (partition by k.conversation_id order by k.ordinal)
  ),
  new_messages as (
    insert into messages (id, conversation_id, sequence, sender_id, app_id, type, body, sent_at)
    select id, conversation_id, sequence, sender_id, app_id, p_type[ordinal], bodies[ordinal]::json, sent_at from good
  ),
  moved_conversations as (
    update conversations c
    -- A transaction that waited for the lock may have a lower number than the one it waited for.
    set last_sequence = g.sequence, last_at = g.sent_at, last_xid = greatest(c.last_xid, pg_current_xact_id())
    from (select conversation_id, max(sequence) as sequence, max(sent_at) as sent_at from good group by 1) g
    where c.id = g.conversation_id
  ),
  matched as materialized (
    select g.ordinal, g.conversation_id, g.sequence, g.id as message_id, g.sender_id = g.supplier_id as by_supplier,
      g.conversation_type, g.post_token, g.supplier_id, g.demand_id, s.id as subscription_id, s.event_type,
      s.endpoint_id, s.grant_id, s.metadata, e.revision, e.concurrency, e.live,
      row_number() over (partition by s.endpoint_id, g.conversation_id order by g.sequence, s.id) as place
    from good g
    cross join lateral (
      -- Apart, so that each is an index look-up: a seller may have a subscription for each of very many posts.
      (select s.id, s.endpoint_id, s.grant_id, s.metadata,
         case s.event_type when 'CHAT_MESSAGE' then s.event_type else 'NEW_MESSAGE' end as event_type
       from subscriptions s
       where s.user_id = g.supplier_id and s.post_id = g.post_id
         and (s.event_type = 'NEW_MESSAGE_ON_POST' or s.event_type = 'CHAT_MESSAGE' and p_type[g.ordinal] = 'TEXT')
         and s.ended_at is null and s.expires_at > clock_timestamp())
      union all
      (select s.id, s.endpoint_id, s.grant_id, s.metadata, 'NEW_MESSAGE' from subscriptions s
       where s.user_id = g.supplier_id and s.post_id is null and s.event_type = 'NEW_MESSAGE_ON_POST'
         and s.ended_at is null and s.expires_at > clock_timestamp()
         -- A development app hears of development posts alone; of all others nothing is looked up.
         and (not s.development_only or (select p.for_development from posts p where p.id = g.post_id)))
      union all
      (select e.app_id, e.id, null::uuid, null::jsonb, 'NEW_CHATBOT_MESSAGE' from endpoints e
       where e.app_id = g.chatbot_id and e.kind = 'events' and e.url is not null and g.app_id is null)
      offset 0) s
    cross join lateral (
      -- Not yet live when a pause has run out: the claim sends one probe first, and its success lifts the pause.
      -- Nor ever with a rate, which the claim alone keeps.
      select e.revision, coalesce(e.concurrency, p_default_concurrency) as concurrency, e.state = 'enabled'
          and e.url is not null and e.paused_until = '-infinity' and e.rate_per_second is null as live
      from endpoints e where e.id = s.endpoint_id limit 1) e
  ),
  -- A lane is busy while any open row of it exists. KEY SHARE on its tail makes whoever is deleting that row wait
  -- for our commit and look again; without it the row inserted here could wait behind nothing for ever. The tails
  -- are locked in the order of (endpoint, lane), as finish_deliveries locks its rows.
  placed as materialized (
    select m.*, m.place = 1 and tail.busy is null as head
    from (select * from matched order by endpoint_id, conversation_id, sequence, subscription_id) m
    left join lateral (
      select true as busy from delivery_queue q
      where m.place = 1 and q.endpoint_id = m.endpoint_id and q.lane = m.conversation_id
      order by q.sequence desc, q.subscription_id desc limit 1 for key share) tail on true
  ),
  owned as materialized (
    select f.*, f.fits and row_number() over (partition by f.fits order by f.ordinal) <= p_room as mine
    from (
      select p.*, nextval('delivery_queue_id_seq') as id, p.head and p.live
        and coalesce(p_free[array_position(p_endpoint, p.endpoint_id)],
            least(p_default_free, (p.concurrency + p_nodes - 1) / p_nodes))
          >= row_number() over (partition by p.endpoint_id, p.head order by p.ordinal) as fits
      from placed p) f
  ),
  queued as (
    insert into delivery_queue (id, endpoint_id, lane, sequence, subscription_id, event_type, source_id,
      conversation_id, grant_id, lease_number, lease_owner, lease_until, due_at, traceparent)
    overriding system value
    select id, endpoint_id, conversation_id, sequence, subscription_id, event_type, message_id, conversation_id,
      grant_id, mine::integer, case when mine then p_node end, case when mine then clock_timestamp() + p_lease end,
      case when head and not mine then clock_timestamp() end, p_traceparent[ordinal]
    from owned
  )
  select 'ack', k.ordinal::integer, k.status, k.before_id, k.before_sequence, microseconds(k.before_at),
    null::bigint, null::uuid, null::integer, null::integer, null::uuid, null::jsonb, null::text, null::boolean,
    null::text, null::text, null::uuid, null::uuid
  from checked k where k.status <> 0
  union all
  select 'ack', g.ordinal::integer, 0, null::uuid, g.sequence, microseconds(g.sent_at),
    null::bigint, null::uuid, null::integer, null::integer, null::uuid, null::jsonb, null::text, null::boolean,
    null::text, null::text, null::uuid, null::uuid
  from good g
  union all
  select 'lease', o.ordinal::integer, 0, null::uuid, o.sequence, null::bigint,
    o.id, o.endpoint_id, o.revision, o.concurrency, o.subscription_id, o.metadata, o.event_type, o.by_supplier,
    o.conversation_type, o.post_token, o.supplier_id, o.demand_id
  from owned o where o.mine;

  if keyed then
    -- Only successful answers are kept: a refused send leaves its key free for the next try.
    delete from idempotency_keys i
    using unnest(p_app_id, p_sender_id, p_operation, p_idempotency_key, p_message_id)
      as b (app_id, sender_id, operation, key_hash, message_id)
    where i.owner_id = coalesce(b.app_id, b.sender_id) and i.operation = b.operation and i.key_hash = b.key_hash
      and i.message_id = b.message_id and not exists (select 1 from messages m where m.id = b.message_id);
  end if;
end $send$;
