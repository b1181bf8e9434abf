import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { newId } from '../ids.ts'

const CANARY = 'canary'

/** Tables and columns that say nothing of a person who is no developer, and why. Everything else has to be filled below. */
const IMPERSONAL: Readonly<Record<string, string>> = {
  api_keys: 'of an app',
  app_alerts: 'of an app',
  app_permissions: 'of an app',
  app_scopes: 'of an app',
  app_secrets: 'of an app',
  app_touchpoints: 'of an app',
  apps: 'of an app; who owns one is not deleted',
  endpoints: 'of an app',
  instance_settings: 'of the instance',
  nodes: 'of the instance',
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
  'conversations.demand_id': 'the other side keeps its conversation',
  'conversations.supplier_id': 'the other side keeps its conversation',
  'delivery_queue.lane': 'until the app has heard that it may not act for them any more',
  'media.owner_id': 'until the file itself is removed',
  'messages.sender_id': 'the other side keeps its conversation',
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

/** One row of whatever columns; objects become JSON. */
async function insert(pool: pg.Pool, table: string, row: Record<string, unknown>): Promise<void> {
  const names = Object.keys(row)
  const values = Object.values(row).map((value) =>
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !Buffer.isBuffer(value)
      ? JSON.stringify(value)
      : value,
  )
  await pool.query(
    `insert into ${table} (${names.join(', ')}) overriding system value values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
    values,
  )
}

describe('deleting a person, in every table', () => {
  let node: TestServer
  let pool: pg.Pool
  let person: string
  let peerWords: string

  beforeAll(async () => {
    node = await startTestServer()
    pool = node.database.pool
    const { db } = node
    const soon = new Date(Date.now() + 3_600_000)
    person = newId()
    await insert(pool, 'users', {
      id: person,
      host_id: `${CANARY}-host-id`,
      phone: `${CANARY}-phone`,
      name: `${CANARY} name`,
      developer: true,
    })
    const peer = await fixture.addUser(db, { name: 'the other side' })
    const app = await fixture.addApp(db, (await fixture.addUser(db)).id)
    const endpoint = { endpoint_id: app.endpointId, subscription_id: app.id, sequence: 1 }

    const ownPost = newId()
    await insert(pool, 'posts', {
      id: ownPost,
      token: 'ownpost',
      owner_id: person,
      title: `${CANARY} title`,
      category: CANARY,
      city: CANARY,
      district: CANARY,
      images: JSON.stringify([`http://host/${CANARY}.jpg`]),
      data: { description: CANARY },
      location: { latitude: CANARY },
      video: { name: CANARY },
      business: { name: CANARY },
      reject_reason: CANARY,
    })
    const otherPost = await fixture.addPost(db, peer.id)
    const asSeller = await fixture.addConversation(db, { id: ownPost, token: 'ownpost' }, person, peer.id)
    const asBuyer = await fixture.addConversation(db, otherPost, peer.id, person)
    const withBot = newId()
    await insert(pool, 'conversations', { id: withBot, type: 'BOT', app_id: app.id, demand_id: person })

    const button = { rows: [{ buttons: [{ caption: CANARY, action: { open_direct_link: 'http://x' } }] }] }
    let sequence = 0
    const message = async (conversation_id: string, values: Record<string, unknown>): Promise<string> => {
      const id = newId()
      sequence++
      const row = { id, conversation_id, sequence, sender_id: person, sent_at: new Date(), ...values }
      await insert(pool, 'messages', row)
      await pool.query('update conversations set last_sequence = $2 where id = $1', [
        conversation_id,
        sequence,
      ])
      return id
    }
    const written = await message(asBuyer, { body: { text: `${CANARY} words` } })
    await message(asSeller, {
      app_id: app.id,
      body: { text: CANARY, sender_buttons: button, receiver_buttons: button },
    })
    const mediaId = newId()
    await insert(pool, 'media', {
      id: mediaId,
      owner_kind: 'user',
      owner_id: person,
      type: 'FILE',
      state: 'ready',
      content_type: 'application/pdf',
      name: `${CANARY}.pdf`,
      size_bytes: 3,
      sha256: Buffer.alloc(32),
    })
    const file = await message(asBuyer, {
      type: 'FILE',
      body: { media: { id: mediaId, size_bytes: 3, name: `${CANARY}.pdf` } },
    })
    await insert(pool, 'media_uses', { media_id: mediaId, message_id: file })
    await message(asSeller, { type: 'CONTACT', body: { contact: { name: CANARY, phone: CANARY } } })
    await message(asSeller, { type: 'LOCATION', body: { location: { latitude: CANARY, longitude: 0 } } })
    await message(withBot, { body: { text: `/start ${CANARY}` } })
    await message(withBot, { sender_id: app.id, app_id: app.id, body: { text: `hello ${CANARY}` } })
    peerWords = await message(asSeller, { sender_id: peer.id, body: { text: 'the other side’s own words' } })
    await insert(pool, 'conversation_reads', { conversation_id: asBuyer, user_id: person, read_sequence: 1 })
    await insert(pool, 'idempotency_keys', {
      owner_id: person,
      operation: 1,
      key_hash: Buffer.alloc(32),
      request_hash: Buffer.alloc(32),
      message_id: written,
      created_at: new Date(),
    })

    await insert(pool, 'blocks', { blocker_id: person, blocked_id: peer.id })
    await insert(pool, 'blocks', { blocker_id: peer.id, blocked_id: person })
    await insert(pool, 'app_blocks', { user_id: person, app_id: app.id })
    await insert(pool, 'sessions', { hash: Buffer.from(CANARY), user_id: person, expires_at: soon })
    await insert(pool, 'login_links', {
      hash: Buffer.from(CANARY),
      user_id: person,
      return_to: `/${CANARY}`,
      expires_at: soon,
    })
    await insert(pool, 'quota_windows', {
      subject_id: person,
      kind: 'user_minute',
      started_at: new Date(),
      used: 1,
    })

    const scopes = [`CONVERSATION_SEND_MESSAGE.${CANARY}`, 'USER_ID', 'NOTIFICATION_ACCESS_REVOCATION']
    const grantId = newId()
    await insert(pool, 'grants', { id: grantId, app_id: app.id, user_id: person, scopes })
    await insert(pool, 'grants', {
      id: newId(),
      app_id: app.id,
      user_id: person,
      scopes,
      revoked_at: new Date(),
      revoked_reason: 'user',
    })
    const consent = { grant_id: grantId, app_id: app.id, user_id: person, scopes, expires_at: soon }
    await insert(pool, 'authorization_codes', {
      ...consent,
      hash: Buffer.from('code'),
      redirect_uri: `http://app/${CANARY}`,
    })
    await insert(pool, 'access_tokens', { ...consent, id: newId(), hash: Buffer.from('access') })
    await insert(pool, 'refresh_tokens', { ...consent, id: newId(), hash: Buffer.from('refresh') })
    await insert(pool, 'subscriptions', {
      id: newId(),
      app_id: app.id,
      user_id: person,
      event_type: 'NEW_MESSAGE_ON_POST',
      endpoint_id: app.endpointId,
      grant_id: grantId,
      token_id: newId(),
      metadata: { note: CANARY },
      expires_at: soon,
    })
    await insert(pool, 'notices', {
      id: newId(),
      app_id: app.id,
      user_id: person,
      target_type: 'USER',
      message: `${CANARY} notice`,
      buttons: { primary: { title: CANARY } },
    })
    await insert(pool, 'clicks', {
      id: newId(),
      app_id: app.id,
      user_id: person,
      button: CANARY,
      action: CANARY,
      outcome: 'failed',
      reason: CANARY,
      detail: CANARY,
      touchpoint: CANARY,
      request: { body: { extra_data: CANARY } },
      answer_body: CANARY,
      duration_ms: 1,
    })

    const record = { attempt: 1, status: 200, answerHeaders: { x: CANARY }, answerBody: CANARY }
    const finished = {
      attempts: 1,
      attempt_log: JSON.stringify([record]),
      replay: false,
      finished_at: new Date(),
    }
    const delivery = { ...endpoint, event_type: 'NEW_MESSAGE', created_at: new Date() }
    const facts = [newId(), newId()]
    for (const id of facts) {
      await insert(pool, 'event_facts', { id, type: 'POST_UPDATE', payload: { post: { title: CANARY } } })
    }
    let id = 1_000_000
    for (const state of ['delivered', 'dead']) {
      // One that rests on the other side's consent, one on theirs, and one about a fact.
      for (const about of [
        { source_id: written, conversation_id: asBuyer },
        { source_id: newId(), grant_id: grantId },
        { source_id: facts[0], grant_id: grantId },
      ]) {
        await insert(pool, 'delivery_history', { ...delivery, ...finished, ...about, id: id++, state })
      }
    }
    await pool.query(`select setval('delivery_queue_id_seq', $1)`, [id + 10])
    for (const about of [
      { source_id: written, conversation_id: asBuyer },
      { source_id: facts[1], grant_id: grantId },
    ]) {
      await insert(pool, 'delivery_queue', {
        ...delivery,
        ...about,
        id,
        lane: newId(),
        due_at: soon,
        attempts: 1,
      })
      await insert(pool, 'delivery_attempts', { delivery_id: id++, attempt: 1, record })
    }
    await insert(pool, 'delivery_queue', { ...delivery, id, lane: person, source_id: newId(), due_at: soon })
  })
  afterAll(() => node.close())

  test('what is erased is filled here: a new column is filled and erased too, or said to be of nobody', async () => {
    const filled = new Set([...(await columnsWith(pool, CANARY)), ...(await columnsWith(pool, person))])
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
      const { body } = await host('DELETE', `/users/${CANARY}-host-id`)
      return (body as { erased_at: string | null }).erased_at !== null
    })
    expect(await columnsWith(pool, CANARY)).toEqual(new Set())
    const kept = [...(await columnsWith(pool, person))].filter((name) => !(name in KEPT_IDS))
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
    const { rows: words } = await pool.query('select body from messages where id = $1', [peerWords])
    expect(words).toEqual([{ body: { text: 'the other side’s own words' } }])
  })
})
