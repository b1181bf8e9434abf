-- Operators: people of the marketplace's own staff, who approve apps and look after users, posts and deliveries
-- (docs/decisions/0031-operators.md).
alter table users add column operator boolean not null default false;

create index users_operators on users (id) where operator;
create index users_developers on users (id) where developer;
create index users_blacklisted on users (id) where blacklisted and deleted_at is null;
create index users_host_id_prefix on users (host_id text_pattern_ops);

-- The words of a name, a title or a slug, as people type them: Arabic letters and digits as the Persian and Latin ones,
-- half-spaces and punctuation as gaps.
create function search_words(p_text text) returns tsvector
language sql immutable strict parallel safe
as $words$
  select to_tsvector('pg_catalog.simple', translate(p_text,
    'يىكةۀ۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩' || U&'\200C\200D\200E\200F\00A0' || '-_./\@:+&"''`«»()[]{}<>،؛؟!?,;#*%=|~',
    'ییکهه01234567890123456789' || repeat(' ', 60)))
$words$;

-- Every word of the text, each as the beginning of one; null when it holds none.
create function search_query(p_text text) returns tsquery
language sql immutable strict parallel safe
as $query$
  select string_agg('''' || replace(replace(word, '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
  from unnest(tsvector_to_array(search_words(p_text))) as word
$query$;

create index users_search on users using gin (search_words(name));
create index posts_search on posts using gin (search_words(title));
create index posts_state on posts (state, id);
create index apps_search on apps using gin (search_words(slug || ' ' || display_name));
create index apps_submitted on apps (submitted_at) where submitted_at is not null;

-- The dead of all apps, the newest first.
create index delivery_history_dead on delivery_history_failed (id) where state = 'dead';

alter table replay_jobs add column by_operator boolean not null default false;

-- What operators did, for good: who, to whom or what, and how it was before and after. It names rows and no person, so
-- that nothing has to be changed in it when somebody is deleted.
create table operator_actions (
  id uuid primary key,
  operator_id uuid not null references users (id),
  action text not null check (action in ('decide_app', 'limit_app', 'change_user',
    'start_replay', 'pause_replay', 'resume_replay', 'cancel_replay')),
  app_id uuid references apps (id) on delete set null,
  user_id uuid references users (id),
  replay_id uuid,
  before json,
  after json,
  created_at timestamptz not null default clock_timestamp()
);
create index operator_actions_app on operator_actions (app_id, id desc) where app_id is not null;
create index operator_actions_user on operator_actions (user_id, id desc) where user_id is not null;
create index operator_actions_operator on operator_actions (operator_id, id desc);
