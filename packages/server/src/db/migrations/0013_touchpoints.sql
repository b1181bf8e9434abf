-- Whether development apps may act on a post. Never changes, as what was granted for the post and what is known of its
-- conversations rests on it. Beside development posts those are, in development mode, all of which nothing was said.
alter table posts
  add column for_development boolean not null default false,
  add check (for_development or not development);

-- The place in the host's pages where an app was opened; null for a click on a button.
alter table clicks add column touchpoint text;

-- The apps of a place, whatever their number in all.
create index app_touchpoints_place on app_touchpoints (touchpoint, app_id);

-- Made by a development app: it hears of development posts alone, whatever posts it is for. Ends with the approval.
alter table subscriptions add column development_only boolean not null default false;
