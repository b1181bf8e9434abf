import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostClient } from '../../testing/host-client.ts'
import { addPersonEverywhere, type PersonEverywhere } from '../../testing/person-everywhere.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'

const CANARY = 'canary'

/** Tables and columns that say nothing of a person who is no developer, and why. Everything else has to be filled below. */
const IMPERSONAL: Readonly<Record<string, string>> = {
  api_keys: 'of an app',
  app_alerts: 'of an app',
  app_permissions: 'of an app',
  app_scopes: 'of an app',
  app_secrets: 'of an app',
  app_touchpoints: 'of an app',
  app_usage: 'of an app',
  apps: 'of an app; who owns one is not deleted',
  endpoints: 'of an app',
  instance_settings: 'of the instance',
  nodes: 'of the instance',
  'operator_actions.action': 'one of a few words',
  'operator_actions.after': 'flags, limits and names of scopes',
  'operator_actions.app_id': 'of an app',
  'operator_actions.before': 'flags, limits and names of scopes',
  'operator_actions.id': 'names the row',
  'operator_actions.replay_id': 'names another row',
  replay_jobs: 'of an app or the host; who owns an app is not deleted',
  replay_walks: 'of an app or the host',
  schema_migrations: 'of the instance',
  'access_tokens.app_id': 'of an app',
  'access_tokens.grant_id': 'names another row',
  'access_tokens.id': 'names the row',
  'app_blocks.app_id': 'of an app',
  'authorization_codes.app_id': 'of an app',
  'authorization_codes.code_challenge': 'random, of an app',
  'authorization_codes.code_challenge_method': 'one of a few words',
  'authorization_codes.grant_id': 'names another row',
  'cache_invalidations.kind': 'one of a few words',
  'clicks.app_id': 'of an app',
  'clicks.conversation_id': 'names another row',
  'clicks.id': 'names the row',
  'clicks.message_id': 'names another row',
  'clicks.notice_id': 'names another row',
  'clicks.outcome': 'one of a few words',
  'conversation_changes.conversation_id': 'names another row',
  'conversation_reads.conversation_id': 'names another row',
  'conversations.app_id': 'of an app',
  'conversations.id': 'names the row',
  'conversations.post_id': 'names another row',
  'conversations.post_token': 'the host’s name of a post',
  'conversations.type': 'one of a few words',
  'delivery_attempts.outcome': 'one of a few words',
  'delivery_history.conversation_id': 'names another row',
  'delivery_history.endpoint_id': 'of an app',
  'delivery_history.event_type': 'one of a few words',
  'delivery_history.grant_id': 'names another row',
  'delivery_history.reason': 'one of a few words',
  'delivery_history.replay_job_id': 'names another row',
  'delivery_history.source_id': 'names another row',
  'delivery_history.state': 'one of a few words',
  'delivery_history.subscription_id': 'names another row',
  'delivery_queue.conversation_id': 'names another row',
  'delivery_queue.endpoint_id': 'of an app',
  'delivery_queue.event_type': 'one of a few words',
  'delivery_queue.grant_id': 'names another row',
  'delivery_queue.lease_owner': 'of the instance',
  'delivery_queue.replay_job_id': 'names another row',
  'delivery_queue.source_id': 'names another row',
  'delivery_queue.subscription_id': 'names another row',
  'delivery_queue.traceparent': 'random',
  'development_traffic.app': 'of an app',
  'event_facts.id': 'names the row',
  'event_facts.type': 'one of a few words',
  'grants.app_id': 'of an app',
  'grants.id': 'names the row',
  'grants.revoked_reason': 'one of a few words',
  'idempotency_keys.message_id': 'names another row',
  'media.content_type': 'one of a few words',
  'media.id': 'names the row',
  'media.owner_kind': 'one of a few words',
  'media.state': 'one of a few words',
  'media.thumbnail_type': 'one of a few words',
  'media.type': 'one of a few words',
  'media_uses.media_id': 'names another row',
  'media_uses.message_id': 'names another row',
  'messages.app_id': 'of an app',
  'messages.conversation_id': 'names another row',
  'messages.id': 'names the row',
  'messages.type': 'one of a few words',
  'notices.app_id': 'of an app',
  'notices.id': 'names the row',
  'notices.post_id': 'names another row',
  'notices.target_type': 'one of a few words',
  'posts.copied_from': 'names another row',
  'posts.id': 'names the row',
  'posts.state': 'one of a few words',
  'posts.token': 'the host’s name of a post',
  'quota_windows.kind': 'one of a few words',
  'refresh_tokens.app_id': 'of an app',
  'refresh_tokens.grant_id': 'names another row',
  'refresh_tokens.id': 'names the row',
  'subscriptions.app_id': 'of an app',
  'subscriptions.endpoint_id': 'of an app',
  'subscriptions.event_type': 'one of a few words',
  'subscriptions.grant_id': 'names another row',
  'subscriptions.id': 'names the row',
  'subscriptions.post_id': 'names another row',
  'subscriptions.token_id': 'names another row',
  'users.locale': 'one of two words',
}

/** Where the id of the row that is nobody may stand afterwards, and why. */
const KEPT_IDS: Readonly<Record<string, string>> = {
  'cache_invalidations.key': 'tells nodes to forget, for an hour',
  'conversation_reads.peer_id': 'the other side keeps its place in its conversation',
  'conversations.demand_id': 'the other side keeps its conversation',
  'conversations.supplier_id': 'the other side keeps its conversation',
  'delivery_queue.lane': 'until the app has heard that it may not act for them any more',
  'media.owner_id': 'until the file itself is removed',
  'messages.sender_id': 'the other side keeps its conversation',
  'operator_actions.operator_id': 'what was done stays, by nobody',
  'operator_actions.user_id': 'what was done stays, to nobody',
  'posts.owner_id': 'the other side keeps its conversation',
  'quota_windows.subject_id': 'until the window is over',
  'user_deletions.user_id': 'what is to be done, and that it is',
  'users.host_id': 'the row that is nobody',
  'users.id': 'the row that is nobody',
}

interface Column {
  table: string
  column: string
  type: string
}

const nameOf = ({ table, column }: Column) => `${table}.${column}`

async function textColumns(pool: pg.Pool): Promise<Column[]> {
  const { rows } = await pool.query<Column>(`
    select c.table_name as table, c.column_name as column, c.udt_name as type
    from information_schema.columns c join pg_class t on t.relname = c.table_name and t.relkind in ('r', 'p')
      and not t.relispartition and t.relnamespace = 'public'::regnamespace
    where c.table_schema = 'public' and c.is_generated = 'NEVER'
      and c.udt_name in ('text', 'varchar', 'json', 'jsonb', 'uuid', '_text', '_uuid')
    order by 1, 2`)
  return rows
}

/** Names of the columns that hold the text anywhere. */
async function columnsWith(pool: pg.Pool, text: string): Promise<Set<string>> {
  const found = new Set<string>()
  for (const each of await textColumns(pool)) {
    const { rows } = await pool.query(
      `select 1 from "${each.table}" where position($1 in "${each.column}"::text) > 0 limit 1`,
      [text],
    )
    if (rows.length > 0) found.add(nameOf(each))
  }
  return found
}

describe('deleting a person, in every table', () => {
  let node: TestServer
  let pool: pg.Pool
  let person: PersonEverywhere

  beforeAll(async () => {
    node = await startTestServer()
    pool = node.database.pool
    person = await addPersonEverywhere(pool, CANARY)
  })
  afterAll(() => node.close())

  test('what is erased is filled here: a new column is filled and erased too, or said to be of nobody', async () => {
    const filled = new Set([...(await columnsWith(pool, CANARY)), ...(await columnsWith(pool, person.id))])
    const known = (column: Column) =>
      filled.has(nameOf(column)) || column.table in IMPERSONAL || nameOf(column) in IMPERSONAL
    // The deletion itself writes this table.
    const unexplained = (await textColumns(pool)).filter(
      (column) => !known(column) && !['user_deletions', 'cache_invalidations'].includes(column.table),
    )
    expect(unexplained.map(nameOf)).toEqual([])
  })

  test('nothing of them is left anywhere, but the id of a row that is nobody', async () => {
    const host = hostClient(node)
    await waitFor(async () => {
      const { body } = await host('DELETE', `/users/${person.hostId}`)
      return (body as { erased_at: string | null }).erased_at !== null
    })
    expect(await columnsWith(pool, CANARY)).toEqual(new Set())
    const kept = [...(await columnsWith(pool, person.id))].filter((name) => !(name in KEPT_IDS))
    expect(kept).toEqual([])
    for (const table of ['sessions', 'login_links']) {
      const { rows } = await pool.query(`select from ${table} where hash = $1`, [Buffer.from(CANARY)])
      expect(rows).toEqual([])
    }
  })

  test('what the other side wrote is untouched, and no message has lost its place', async () => {
    const { rows } = await pool.query(
      `select count(*) as all, count(*) filter (where body::text = '{"deleted":true}') as emptied from messages`,
    )
    expect(rows).toEqual([{ all: 8, emptied: 7 }])
    const { rows: words } = await pool.query('select body from messages where id = $1', [
      person.peerMessageId,
    ])
    expect(words).toEqual([{ body: { text: 'the other side’s own words' } }])
  })
})
