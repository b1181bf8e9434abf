import { expect, test } from 'vitest'
import { addApp, addUser } from '../testing/marketplace-fixture.ts'
import { createTestDatabase } from '../testing/test-database.ts'
import { startTestServer } from '../testing/test-server.ts'
import { waitFor } from '../testing/wait-for.ts'
import { createDatabase } from './db/database.ts'

const PARTITIONS = `
  select inhparent::regclass::text as "table", count(*) as partitions from pg_inherits
  where inhparent in ('delivery_history_delivered'::regclass, 'delivery_history_failed'::regclass)
  group by 1 order by 1`

test('a new database has the partitions of its history before the first delivery, whoever starts first', async () => {
  await using database = await createTestDatabase({ max: 20 })
  const nodes = await Promise.all([startTestServer({ database }), startTestServer({ database })])
  const { rows } = await database.pool.query(PARTITIONS)
  expect(rows).toEqual([
    { table: 'delivery_history_delivered', partitions: 4 },
    { table: 'delivery_history_failed', partitions: 4 },
  ])
  for (const node of nodes) await node.close()
})

test('old rows of every kind go soon after a start, by themselves', async () => {
  await using database = await createTestDatabase()
  const db = createDatabase(database.pool)
  const user = await addUser(db)
  const app = await addApp(db, user.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  const { rows } = await database.pool.query('select gen_random_uuid() as grant')
  await database.pool.query(`
    insert into sessions (hash, user_id, expires_at) values ('old', '${user.id}', now() - interval '1 year');
    insert into login_links (hash, user_id, return_to, expires_at)
      values ('old', '${user.id}', '/', now() - interval '1 year');
    insert into grants (id, app_id, user_id) values ('${rows[0].grant}', '${app.id}', '${user.id}');
    insert into authorization_codes (hash, grant_id, app_id, user_id, redirect_uri, scopes, expires_at)
      values ('old', '${rows[0].grant}', '${app.id}', '${user.id}', '', '{}', now() - interval '1 year');
    insert into access_tokens (id, hash, grant_id, app_id, user_id, scopes, expires_at)
      values (gen_random_uuid(), 'old', '${rows[0].grant}', '${app.id}', '${user.id}', '{}', now() - interval '1 year');
    insert into refresh_tokens (id, hash, grant_id, app_id, user_id, scopes, expires_at)
      values (gen_random_uuid(), 'old', '${rows[0].grant}', '${app.id}', '${user.id}', '{}', now() - interval '1 year');
    insert into cache_invalidations (kind, key, created_at) values ('app', 'old', now() - interval '1 year');
    insert into idempotency_keys (owner_id, operation, key_hash, request_hash, message_id, created_at)
      values ('${app.id}', 1, 'old', '', gen_random_uuid(), now() - interval '1 year');
    insert into clicks (id, app_id, user_id, button, action, outcome, duration_ms, created_at)
      values (gen_random_uuid(), '${app.id}', '${user.id}', 'primary', 'OPEN', 'done', 1, now() - interval '1 year');
    insert into event_facts (id, type, payload, created_at)
      values (gen_random_uuid(), 'x', '{}', now() - interval '1 year');
    insert into subscriptions (id, app_id, user_id, event_type, endpoint_id, grant_id, token_id, expires_at)
      values (gen_random_uuid(), '${app.id}', '${user.id}', 'NEW_MESSAGE_ON_POST', '${app.endpointId}',
        '${rows[0].grant}', gen_random_uuid(), now() - interval '1 year');
    update endpoints set state = 'disabled', disabled_at = now() - interval '1 year' where id = '${app.endpointId}';
    insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, conversation_id,
        created_at, due_at)
      values ('${app.endpointId}', gen_random_uuid(), 1, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(),
        gen_random_uuid(), now() - interval '1 year', now() - interval '1 year');
    insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
        state, attempts, attempt_log, replay, created_at, finished_at)
      select -1, '${app.endpointId}', 1, gen_random_uuid(), 'NEW_MESSAGE', gen_random_uuid(), gen_random_uuid(),
        state, 0, '[]', false, now() - interval '1 year', now() - interval '1 year'
      from unnest('{delivered,dead}'::text[]) state;
    insert into replay_jobs (id, after_id, last_id, status, finished_at)
      values (gen_random_uuid(), 0, 0, 'done', now() - interval '1 year')`)
  const OLD_ROWS = `
    select 'sessions' as kind from sessions where hash = 'old' union all select 'login_links' from login_links
    union all select 'authorization_codes' from authorization_codes union all select 'access_tokens' from access_tokens
    union all select 'refresh_tokens' from refresh_tokens
    union all select 'cache_invalidations' from cache_invalidations where key = 'old'
    union all select 'idempotency_keys' from idempotency_keys union all select 'clicks' from clicks
    union all select 'event_facts' from event_facts union all select 'subscriptions' from subscriptions
    union all select 'delivery_queue' from delivery_queue union all select 'replay_jobs' from replay_jobs
    union all select 'delivery_history' from delivery_history where id = -1`
  const oldRows = async () => (await database.pool.query(OLD_ROWS)).rows
  expect(await oldRows()).toHaveLength(14)
  await using _node = await startTestServer({ database, deps: { firstHousekeepingMs: 0 } })
  await waitFor(async () => (await oldRows()).length === 0)
  const { rows: ended } = await database.pool.query('select state, reason from delivery_history')
  expect(ended).toEqual([{ state: 'dead', reason: 'held_too_long' }])
})
