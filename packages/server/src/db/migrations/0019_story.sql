-- What a message's story is told from (docs/decisions/0033-story-of-a-message.md).

-- By what an exchange with an app is found: `message:…`, `click:…`, `delivery:…`, `trace:…`.
alter table development_traffic add column names text[] generated always as (array_remove(array[
  'message:' || (record #>> '{refs,message_id}'),
  'click:' || (record #>> '{refs,click_id}'),
  'delivery:' || (record #>> '{refs,delivery_id}'),
  'trace:' || (record #>> '{refs,trace_id}')
], null)) stored;

create index development_traffic_names on development_traffic using gin (names);

-- Calls of an app that tells no trace are found by when they were made.
create index development_traffic_at on development_traffic (at);

create index clicks_message on clicks (message_id, id) where message_id is not null;
