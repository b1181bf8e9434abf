-- What the platform and apps said to each other, for the developer's eyes (docs/decisions/0021-development-traffic.md).
-- Written in development mode alone. Unlogged: a crash may take it, and writing it costs the least.
create unlogged table development_traffic (
  id bigint primary key,
  at timestamptz not null,
  -- Slug; null when it is not known who called.
  app text,
  conversation_id text,
  record json not null
);

-- Of its own, for one that hangs on an unlogged table begins anew after a crash: readers go on from the last id that
-- they saw.
create sequence development_traffic_id;
