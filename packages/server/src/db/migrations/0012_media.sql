-- Uploaded files. The row comes before the objects and goes after them, so that nothing is ever stored that no row
-- tells of: storing -> ready -> removing -> gone. An upload that ended in the middle is left as storing.

create table media (
  -- Part of the objects' names too.
  id uuid primary key,
  -- The app or the person whose media token it is; not a foreign key: the row outlives them until its objects are gone.
  owner_kind text not null check (owner_kind in ('app', 'user')),
  owner_id uuid not null,
  type text not null check (type in ('IMAGE', 'FILE', 'VOICE', 'VIDEO')),
  state text not null default 'storing' check (state in ('storing', 'ready', 'removing')),
  -- What the bytes are, never what the sender called them.
  content_type text not null,
  -- Of files alone.
  name text,
  size_bytes bigint not null,
  sha256 bytea not null,
  -- Of images alone, as they are shown.
  width_px integer,
  height_px integer,
  -- Of images and videos alone.
  thumbnail_type text,
  thumbnail_bytes integer,
  created_at timestamptz not null default clock_timestamp(),
  -- When a message last took it, to the hour; null before the first.
  used_at timestamptz,
  -- When to look whether it is still needed; null while a message is known to show it.
  check_at timestamptz default clock_timestamp() + interval '1 hour'
);
create index media_owner on media (owner_kind, owner_id);
-- What an owner has waiting to be sent is counted at every upload.
create index media_waiting on media (owner_kind, owner_id, created_at) where used_at is null and state <> 'removing';
create index media_check on media (check_at) where check_at is not null;
create index media_removing on media (id) where state = 'removing';

-- Written before its message is sent: one without a message a day later was never sent.
create table media_uses (
  media_id uuid not null references media on delete cascade,
  message_id uuid not null,
  -- Its message has been seen.
  confirmed boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  primary key (media_id, message_id)
);
create index media_uses_message on media_uses (message_id);
create index media_uses_unconfirmed on media_uses (created_at) where not confirmed;

-- Ties a file to the message that is about to be sent; no row when there is no such file of that owner. used_at is
-- moved at most once an hour, so that a picture sent a thousand times is no row that all senders wait for; the next
-- check is then a day away, so that hour does no harm. Where it is moved, the new version of the row is what a removal
-- under way looks at anew.
create function claim_media(p_id uuid, p_owner_kind text, p_owner_id uuid, p_message_id uuid)
returns setof media language plpgsql as $claim$
declare
  claimed media;
begin
  update media m set used_at = clock_timestamp(),
    check_at = case when m.check_at is not null then clock_timestamp() + interval '1 day' end
  where m.id = p_id and m.owner_kind = p_owner_kind and m.owner_id = p_owner_id and m.state = 'ready'
    and (m.used_at is null or m.used_at < clock_timestamp() - interval '1 hour')
  returning * into claimed;
  if claimed.id is null then
    select * into claimed from media m
    where m.id = p_id and m.owner_kind = p_owner_kind and m.owner_id = p_owner_id and m.state = 'ready'
    for key share;
  end if;
  if claimed.id is null then return; end if;
  insert into media_uses (media_id, message_id) values (p_id, p_message_id) on conflict do nothing;
  return next claimed;
end $claim$;
