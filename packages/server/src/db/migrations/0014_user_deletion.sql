-- Deleting a person (docs/decisions/0015-deleting-a-user.md). The row in users stays, as nobody, because the other
-- side's conversations hang on it; what it said of the person goes at once, in the transaction that marks it. All else
-- that is theirs is erased afterwards in small steps, by any node, until erased_at is set.

alter table users add column deleted_at timestamptz;

create table user_deletions (
  user_id uuid primary key references users,
  -- Keyed hash of the name that the host had for the person, so that the same deletion asked for again is known.
  host_id_hash bytea not null,
  requested_at timestamptz not null default clock_timestamp(),
  -- All that is theirs is gone but for what apps answered, which the history of deliveries is searched for.
  emptied_at timestamptz,
  -- Deliveries up to this one have been searched.
  searched_to bigint not null default 0,
  erased_at timestamptz,
  -- A node is at it until then.
  lease_until timestamptz not null default '-infinity'
);
create index user_deletions_host_id on user_deletions (host_id_hash, requested_at desc);
create index user_deletions_open on user_deletions (requested_at) where erased_at is null;
create index user_deletions_erased on user_deletions (erased_at) where erased_at is not null;

-- What is theirs is found by these.
create index clicks_user on clicks (user_id);
create index login_links_user on login_links (user_id);
create index subscriptions_user on subscriptions (user_id);
create index authorization_codes_grant on authorization_codes (grant_id);

-- Whoever writes a row for a person holds the person's row (KEY SHARE) until the commit, and the mark takes that row
-- whole, because it changes the key host_id. So such a row is either there when the mark is made, and erased with the
-- rest, or refused. Messages are guarded by their conversation's lock and the blacklist instead: send_messages. Places
-- that were read change too often for such a lock: what slips through is deleted at the end of all.
create function refuse_if_deleted(p_user_id uuid) returns void language plpgsql as $refuse$
declare
  is_deleted boolean;
begin
  select u.deleted_at is not null into is_deleted from users u where u.id = p_user_id for key share;
  if is_deleted then
    raise exception 'the person has been deleted' using errcode = 'CH001';
  end if;
end $refuse$;

create function refuse_for_the_deleted() returns trigger language plpgsql as $refuse$
begin
  perform refuse_if_deleted((to_jsonb(new) ->> tg_argv[0])::uuid);
  return new;
end $refuse$;

create trigger blocks_blocker_deleted before insert on blocks
  for each row execute function refuse_for_the_deleted('blocker_id');
create trigger blocks_blocked_deleted before insert on blocks
  for each row execute function refuse_for_the_deleted('blocked_id');
create trigger app_blocks_user_deleted before insert on app_blocks
  for each row execute function refuse_for_the_deleted('user_id');
create trigger apps_owner_deleted before insert or update of owner_id on apps
  for each row execute function refuse_for_the_deleted('owner_id');
create trigger sessions_user_deleted before insert on sessions
  for each row execute function refuse_for_the_deleted('user_id');
create trigger login_links_user_deleted before insert on login_links
  for each row execute function refuse_for_the_deleted('user_id');
create trigger grants_user_deleted before insert on grants
  for each row execute function refuse_for_the_deleted('user_id');
create trigger subscriptions_user_deleted before insert on subscriptions
  for each row execute function refuse_for_the_deleted('user_id');
create trigger notices_user_deleted before insert on notices
  for each row execute function refuse_for_the_deleted('user_id');
create trigger clicks_user_deleted before insert on clicks
  for each row execute function refuse_for_the_deleted('user_id');
create function refuse_read_of_the_deleted() returns trigger language plpgsql as $refuse$
begin
  if (select u.deleted_at is not null from users u where u.id = new.user_id) then
    raise exception 'the person has been deleted' using errcode = 'CH001';
  end if;
  return new;
end $refuse$;
create trigger conversation_reads_user_deleted before insert on conversation_reads
  for each row execute function refuse_read_of_the_deleted();
create trigger conversations_supplier_deleted before insert on conversations
  for each row execute function refuse_for_the_deleted('supplier_id');
create trigger conversations_demand_deleted before insert on conversations
  for each row execute function refuse_for_the_deleted('demand_id');
create trigger media_owner_deleted before insert on media
  for each row when (new.owner_kind = 'user') execute function refuse_for_the_deleted('owner_id');
-- The post that a development post was copied from, itself no copy: the copy goes with whose words it is made of.
alter table posts add column copied_from uuid;
create index posts_copied_from on posts (copied_from) where copied_from is not null;

-- Nothing is left of a post but its token, which conversations name, and what says nothing of anybody.
create function is_erased_post(p posts) returns boolean language sql immutable as $erased$
  select p.state = 'ARCHIVED' and not p.chat_enabled and p.is_phone_hidden
    and (p.title, p.category, p.city, p.district, p.reject_reason) = ('', '', '', '', '')
    and (p.images, p.data, p.location, p.video, p.business) = ('[]'::jsonb, '{}'::jsonb, '{}'::jsonb, '{}'::jsonb, '{}'::jsonb)
$erased$;
-- Their posts stay so, whatever the host says of them later.
create function refuse_post_of_the_deleted() returns trigger language plpgsql as $refuse$
begin
  if not is_erased_post(new) then
    perform refuse_if_deleted(new.owner_id);
    if new.copied_from is not null then
      perform refuse_if_deleted((select p.owner_id from posts p where p.id = new.copied_from));
    end if;
  end if;
  return new;
end $refuse$;
create trigger posts_owner_deleted before insert or update on posts
  for each row execute function refuse_post_of_the_deleted();

-- Searches the next p_most deliveries of the history, from behind p_after up to p_last, for those that are about
-- conversations or consents of these people, and takes out of them what apps answered; facts that only such
-- deliveries tell of go as well. Returns the last one it looked at, or null when there are no more.
create function forget_answers(p_user_id uuid[], p_after bigint, p_last bigint, p_most integer)
returns bigint language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $forget$
declare
  searched_to bigint;
  found bigint[];
  facts uuid[];
begin
  select max(h.id), array_agg(h.id) filter (where h.is_theirs),
    array_agg(h.source_id) filter (where h.is_theirs and h.conversation_id is null)
  into searched_to, found, facts
  from (
    select d.id, d.source_id, d.conversation_id, coalesce(c.is_theirs, false) or coalesce(g.is_theirs, false) as is_theirs
    from (
      select x.id, x.source_id, x.conversation_id, x.grant_id from delivery_history x
      where x.id > p_after and x.id <= p_last order by x.id limit p_most) d
    left join lateral (
      select y.supplier_id = any (p_user_id) or y.demand_id = any (p_user_id) as is_theirs
      from conversations y where y.id = d.conversation_id offset 0) c on true
    left join lateral (
      select y.user_id = any (p_user_id) as is_theirs from grants y where y.id = d.grant_id offset 0) g on true) h;
  if found is not null then
    update delivery_history h set attempt_log = (
      select coalesce(json_agg(r.record || '{"answerHeaders": null, "answerBody": null}'::jsonb), '[]')
      from jsonb_array_elements(h.attempt_log::jsonb) as r (record))
    where h.id = any (found) and h.attempt_log::text <> '[]';
    delete from event_facts f where f.id = any (facts);
  end if;
  return searched_to;
end $forget$;

-- The same for deliveries that are not finished; few have failed attempts behind them.
create function forget_open_answers(p_user_id uuid[], p_after bigint, p_most integer) returns bigint language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $forget$
declare
  searched_to bigint;
  found bigint[];
begin
  select max(h.id), array_agg(h.id) filter (where h.is_theirs) into searched_to, found
  from (
    select d.delivery_id as id, coalesce(c.is_theirs, false) or coalesce(g.is_theirs, false) as is_theirs
    from (
      select x.delivery_id from delivery_attempts x
      where x.delivery_id > p_after order by x.delivery_id, x.attempt limit p_most) d
    left join lateral (
      select q.conversation_id, q.grant_id from delivery_queue q where q.id = d.delivery_id offset 0) q on true
    left join lateral (
      select y.supplier_id = any (p_user_id) or y.demand_id = any (p_user_id) as is_theirs
      from conversations y where y.id = q.conversation_id offset 0) c on true
    left join lateral (
      select y.user_id = any (p_user_id) as is_theirs from grants y where y.id = q.grant_id offset 0) g on true) h;
  if found is not null then
    update delivery_attempts a
    set record = (a.record::jsonb || '{"answerHeaders": null, "answerBody": null}')::json
    where a.delivery_id = any (found);
  end if;
  return searched_to;
end $forget$;

-- Removes facts that nobody has been told yet and that rest on consents of these people; the deliveries end as
-- cancelled when their turn comes. Walks by fact.
create function forget_open_facts(p_user_id uuid[], p_after uuid, p_most integer) returns uuid language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $forget$
declare
  searched uuid[];
  facts uuid[];
begin
  select array_agg(d.source_id order by d.source_id), array_agg(d.source_id) filter (where g.is_theirs)
  into searched, facts
  from (
    select q.source_id, q.grant_id from delivery_queue q
    where q.conversation_id is null and q.source_id > p_after order by q.source_id limit p_most) d
  left join lateral (
    select y.user_id = any (p_user_id) as is_theirs from grants y where y.id = d.grant_id offset 0) g on true;
  delete from event_facts f where f.id = any (facts);
  return searched[cardinality(searched)];
end $forget$;

-- Whether an attempt may be under way that tells of these people.
create function is_delivering_about(p_user_id uuid[]) returns boolean language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $delivering$
begin
  return exists (
    select from (
      select q.conversation_id, q.grant_id from delivery_queue q where q.lease_until > '-infinity' offset 0) q
    where exists (
        select from conversations c
        where c.id = q.conversation_id and (c.supplier_id = any (p_user_id) or c.demand_id = any (p_user_id)))
      or exists (select from grants g where g.id = q.grant_id and g.user_id = any (p_user_id)));
end $delivering$;
