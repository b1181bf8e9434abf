-- What an app's developer should know without having looked for it.

create table app_alerts (
  id bigint generated always as identity primary key,
  app_id uuid not null references apps on delete cascade,
  kind text not null check (kind in ('endpoint_disabled', 'endpoint_failing')),
  -- Of an endpoint: {url, reason, failureStreak, firstFailureAt, lastSuccessAt}.
  detail jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz
);
create index app_alerts_app on app_alerts (app_id, id desc);
create index app_alerts_unseen on app_alerts (app_id, id desc) where seen_at is null;
create index app_alerts_created on app_alerts (created_at);

-- In the transaction that changes the endpoint, whoever does it. Ordinary attempts pay nothing: a trigger whose WHEN
-- is false is not even queued.
create function alert_endpoint_owner() returns trigger language plpgsql as $alert$
begin
  insert into app_alerts (app_id, kind, detail)
  values (new.app_id, tg_argv[0], jsonb_build_object('url', new.url, 'reason', new.disabled_reason,
    'failureStreak', new.failure_streak, 'firstFailureAt', new.first_failure_at, 'lastSuccessAt', new.last_success_at));
  return null;
end $alert$;

create trigger endpoints_alert_disabled after update of state on endpoints for each row
  when (new.state = 'disabled' and old.state <> 'disabled')
  execute function alert_endpoint_owner('endpoint_disabled');
create trigger endpoints_alert_failing after update of warned_at on endpoints for each row
  when (new.warned_at is not null and old.warned_at is null and new.state = 'enabled')
  execute function alert_endpoint_owner('endpoint_failing');

-- Pages of an app's waiting deliveries, by id, however many there are. What is born leased never enters it, so that
-- healthy traffic pays nothing.
create index delivery_queue_page on delivery_queue (endpoint_id, id) where lease_until is null;
