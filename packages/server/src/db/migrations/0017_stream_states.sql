-- What streams tell besides messages and notices (docs/decisions/0034-what-the-stream-tells.md). Each row keeps the
-- transaction of its last change, and a number that grows with it: a transaction that waited for the row may have a
-- lower number than the one it waited for.

-- How far a person has read, as the other side of a conversation about a post is shown it: it stands still while one
-- of the two blocks the other. What was read before this migration is told nobody.
alter table conversation_reads
  add column peer_id uuid,
  add column shown_sequence bigint not null default 0,
  add column shown_xid xid8 not null default pg_current_xact_id();
update conversation_reads r
set peer_id = case when c.supplier_id = r.user_id then c.demand_id else c.supplier_id end
from conversations c where c.id = r.conversation_id;
create index conversation_reads_peer on conversation_reads (peer_id, shown_xid) where peer_id is not null;

-- For each person the conversations that changed for them other than by a message: opened, blocked, unblocked.
create table conversation_changes (
  conversation_id uuid not null,
  user_id uuid not null,
  version bigint not null default 1,
  changed_at timestamptz not null default clock_timestamp(),
  xid xid8 not null default pg_current_xact_id(),
  primary key (conversation_id, user_id)
);
create index conversation_changes_user on conversation_changes (user_id, xid);

alter table grants
  add column version bigint not null default 1,
  add column changed_xid xid8 not null default pg_current_xact_id();
drop index grants_user;
create index grants_user on grants (user_id, changed_xid);

alter table notices add column read_xid xid8;
create index notices_read on notices (user_id, read_xid) where read_xid is not null;
