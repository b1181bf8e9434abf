import { hash } from 'node:crypto'
import type pg from 'pg'
import { expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { ANY_SLOTS } from '../../testing/queue-bed.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from '../db/database.ts'
import { newId } from '../ids.ts'
import { openChatbot } from './open-chatbot.ts'
import { type OutgoingMessage, SEND_STATUS, sendBatch } from './send-batch.ts'

const BATCH = 50
/** Twenty times what a send may read of any table. */
const MANY = 10_000
const NODE = { id: newId(), leaseSeconds: 30, slots: ANY_SLOTS }

/** The seller of the batch has an own subscription for each of very many posts besides. */
async function crowd(
  client: pg.PoolClient,
  known: { sellerId: string; appId: string; endpointId: string; grantId: string },
) {
  const ids = `md5(i::text)::uuid`
  const statements = [
    `insert into users (id, host_id) select ${ids}, 'crowd' || i from generate_series(1, ${MANY}) i`,
    `insert into posts (id, token, owner_id) select ${ids}, 'c' || i, '${known.sellerId}' from generate_series(1, ${MANY}) i`,
    `insert into app_blocks (user_id, app_id) select ${ids}, '${known.appId}' from generate_series(1, ${MANY}) i`,
    `insert into app_permissions (app_id, name) select '${known.appId}', 'P' || i from generate_series(1, ${MANY}) i`,
    `insert into conversations (id, type, app_id, demand_id)
     select gen_random_uuid(), 'BOT', '${known.appId}', ${ids} from generate_series(1, ${MANY}) i`,
    `insert into blocks (blocker_id, blocked_id) select '${known.sellerId}', ${ids} from generate_series(1, ${MANY}) i`,
    `insert into conversations (id, post_id, post_token, supplier_id, demand_id)
     select ${ids}, ${ids}, 'c' || i, '${known.sellerId}', ${ids} from generate_series(1, ${MANY}) i`,
    `insert into messages (id, conversation_id, sequence, sender_id, body, sent_at)
     select ${ids}, ${ids}, 1, ${ids}, '{}', now() from generate_series(1, ${MANY}) i`,
    `insert into api_keys (id, app_id, hash, hint, permissions)
     select ${ids}, '${known.appId}', i::text::bytea, '', '{}' from generate_series(1, ${MANY}) i`,
    `insert into grants (id, app_id, user_id) select ${ids}, '${known.appId}', ${ids} from generate_series(1, ${MANY}) i`,
    `insert into access_tokens (id, hash, grant_id, app_id, user_id, scopes, expires_at)
     select ${ids}, i::text::bytea, ${ids}, '${known.appId}', ${ids}, '{}', now() + interval '1 hour' from generate_series(1, ${MANY}) i`,
    `insert into subscriptions (id, app_id, user_id, event_type, post_id, endpoint_id, grant_id, token_id, expires_at)
     select ${ids}, '${known.appId}', '${known.sellerId}', 'NEW_MESSAGE_ON_POST', ${ids}, '${known.endpointId}',
       '${known.grantId}', ${ids}, now() + interval '1 hour' from generate_series(1, ${MANY}) i`,
    `insert into idempotency_keys (owner_id, operation, key_hash, request_hash, message_id, created_at)
     select '${known.appId}', 1, i::text::bytea, '', ${ids}, now() from generate_series(1, ${MANY}) i`,
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id)
     select '${known.endpointId}', ${ids}, i, ${ids}, 'NEW_MESSAGE', ${ids} from generate_series(1, ${MANY}) i`,
  ]
  // Without the checks of foreign keys, which would take most of the time.
  await client.query(`set session_replication_role = replica`)
  for (const statement of statements) await client.query(statement)
  await client.query(`reset session_replication_role`)
}

/** Rows read of each table, by this transaction. */
async function rowsRead(client: pg.PoolClient): Promise<Record<string, number>> {
  const { rows } = await client.query<{ table: string; read: number }>(
    `select relname as table, (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as read
     from pg_stat_xact_user_tables where schemaname = 'public'`,
  )
  return Object.fromEntries(rows.map(({ table, read }) => [table, read]))
}

test('a send planned while the database was empty reads only what it needs when every table is long', async () => {
  await using fresh = await createTestDatabase({ max: 3 })
  const db = createDatabase(fresh.pool)
  const seller = await fixture.addUser(db)
  const app = await fixture.addApp(db, seller.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  const grant = await fixture.addGrant(db, app.id, seller.id, [])
  await fixture.addSubscription(db, app, seller.id, grant.grantId)
  const { id: keyId } = await db.selectFrom('api_keys').select('id').executeTakeFirstOrThrow()
  const conversations: string[] = []
  const chatbots: { id: string; userId: string }[] = []
  for (let i = 0; i < BATCH; i++) {
    const [buyer, post] = [await fixture.addUser(db), await fixture.addPost(db, seller.id)]
    await fixture.addSubscription(db, app, seller.id, grant.grantId, { postId: post.id })
    conversations.push(await fixture.addConversation(db, post, seller.id, buyer.id))
    chatbots.push({ id: (await openChatbot(db, { appId: app.id, userId: buyer.id })).id, userId: buyer.id })
  }
  await db
    .insertInto('app_permissions')
    .values({ app_id: app.id, name: 'CHAT_BOT_SEND_MESSAGE', approved_at: new Date() })
    .execute()
  await db.updateTable('apps').set({ development: false }).execute()
  const message = (sent: Pick<OutgoingMessage, 'conversationId' | 'senderId' | 'app'>): OutgoingMessage => {
    const id = newId()
    const keyHash = hash('sha256', id, 'buffer')
    const idempotency = { keyHash, requestHash: keyHash }
    return { id, ...sent, idempotency, type: 'TEXT', body: '{"text":"سلام"}', traceparent: null }
  }
  const byApp = { appId: app.id, keyId, tokenId: grant.tokenId }
  /** By an app into conversations about posts, and by both sides into those of its chatbot. */
  const batch = (): OutgoingMessage[] => [
    ...conversations.map((conversationId) => message({ conversationId, senderId: seller.id, app: byApp })),
    ...chatbots.flatMap(({ id: conversationId, userId }) => [
      message({ conversationId, senderId: userId, app: null }),
      message({ conversationId, senderId: app.id, app: { ...byApp, tokenId: null } }),
    ]),
  ]
  const client = await fresh.pool.connect()
  const send = () => sendBatch(client as unknown as pg.Pool, batch(), NODE)
  const measured = async () => {
    await send()
    await crowd(client, {
      sellerId: seller.id,
      appId: app.id,
      endpointId: app.endpointId,
      grantId: grant.grantId,
    })
    await client.query('begin')
    const before = await rowsRead(client)
    const { acks } = await send()
    const after = await rowsRead(client)
    await client.query('commit')
    return { acks, before, after }
  }
  const { acks, before, after } = await measured().finally(() => client.release(true))
  expect(acks.every(({ status }) => status === SEND_STATUS.sent)).toBe(true)
  const read = Object.entries(after).map(([table, total]) => [table, total - (before[table] ?? 0)] as const)
  expect(read.filter(([, rows]) => rows > 10 * BATCH)).toEqual([])
  // The counters do count.
  expect(Object.fromEntries(read).conversations).toBeGreaterThanOrEqual(BATCH)
})
