-- Who runs at this moment: other nodes are told what changes here, and an endpoint's slots are shared among those
-- that deliver. Nothing depends on it being exact.
create table nodes (
  id uuid primary key,
  -- For people who look for the process.
  host text not null,
  pid integer,
  version text not null,
  -- Takes part in delivery; one that only accepts does not.
  delivers boolean not null,
  started_at timestamptz not null default clock_timestamp(),
  -- By the database's clock, so that it does not matter how far the nodes' own differ.
  seen_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
