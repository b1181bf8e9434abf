import { randomBytes, randomUUID } from 'node:crypto'
import { webhookSecret } from '@charsu/protocol/webhook-signature'
import type { Pool } from 'pg'
import { SEND_STATUS, sendBatch } from '../src/conversations/send-batch.ts'
import type { BornLease } from '../src/delivery/born-lease.ts'
import { newId } from '../src/ids.ts'

type Queryable = Pick<Pool, 'query'>

export interface TestEndpoint {
  appId: string
  endpointId: string
  identificationKey: string
  secret: string
}

export interface TestConversation {
  conversationId: string
  postToken: string
  supplierId: string
  demandId: string
}

export interface TestSubscription {
  subscriptionId: string
  grantId: string
}

/** A free slot for every endpoint: each lane's first delivery is born leased. */
export interface SendAs {
  node: string
  leaseMs: number
  defaultFree: number
  /** For all endpoints together; as many as there are when absent. */
  room?: number
}

async function insertUser(db: Queryable): Promise<string> {
  const id = newId()
  await db.query('insert into users (id, host_id, name) values ($1, $2, $3)', [id, randomUUID(), 'user'])
  return id
}

/** An app with an events URL, an identification key and a signing secret. */
export async function addEndpoint(db: Queryable, url: string): Promise<TestEndpoint> {
  const owner = await insertUser(db)
  const appId = newId()
  const endpointId = newId()
  const identificationKey = `key-${randomUUID()}`
  const secret = webhookSecret(randomBytes(32))
  await db.query(
    `insert into apps (id, slug, owner_id, display_name, identification_key) values ($1, $2, $3, 'App', $4)`,
    [appId, `app-${appId}`, owner, identificationKey],
  )
  await db.query(
    `insert into app_secrets (id, app_id, kind, signing_secret) values ($1, $2, 'webhook_signing', $3)`,
    [newId(), appId, secret],
  )
  await db.query('insert into endpoints (id, app_id, url) values ($1, $2, $3)', [endpointId, appId, url])
  return { appId, endpointId, identificationKey, secret }
}

/** A post with its owner, a buyer, and their conversation. */
export async function addConversation(db: Queryable, supplierId?: string): Promise<TestConversation> {
  const supplier = supplierId ?? (await insertUser(db))
  const demandId = await insertUser(db)
  const postId = newId()
  const postToken = randomBytes(6).toString('hex')
  const conversationId = newId()
  await db.query('insert into posts (id, token, owner_id) values ($1, $2, $3)', [postId, postToken, supplier])
  await db.query(
    `insert into conversations (id, post_id, post_token, supplier_id, demand_id) values ($1, $2, $3, $4, $5)`,
    [conversationId, postId, postToken, supplier, demandId],
  )
  return { conversationId, postToken, supplierId: supplier, demandId }
}

/** The supplier lets the app hear all conversations about their posts. */
export async function subscribe(
  db: Queryable,
  endpoint: TestEndpoint,
  supplierId: string,
  metadata: object = {},
): Promise<TestSubscription> {
  const grantId = newId()
  const subscriptionId = newId()
  await db.query('insert into grants (id, app_id, user_id) values ($1, $2, $3)', [
    grantId,
    endpoint.appId,
    supplierId,
  ])
  await db.query(
    `insert into subscriptions (id, app_id, user_id, event_type, endpoint_id, grant_id, token_id, metadata, expires_at)
     values ($1, $2, $3, 'NEW_MESSAGE_ON_POST', $4, $5, gen_random_uuid(), $6, now() + interval '1 hour')`,
    [subscriptionId, endpoint.appId, supplierId, endpoint.endpointId, grantId, JSON.stringify(metadata)],
  )
  return { subscriptionId, grantId }
}

export const revokeGrant = (db: Queryable, grantId: string): Promise<unknown> =>
  db.query('update grants set revoked_at = now() where id = $1', [grantId])

/** Sends as the buyer, by the product's own statement. Without `as` nothing is born leased. */
export async function send(
  db: Queryable,
  conversation: TestConversation,
  texts: readonly string[],
  as: SendAs = { node: randomUUID(), leaseMs: 30_000, defaultFree: 0 },
): Promise<BornLease[]> {
  const messages = texts.map((text) => ({
    id: newId(),
    conversationId: conversation.conversationId,
    senderId: conversation.demandId,
    app: null,
    idempotency: null,
    type: 'TEXT',
    body: JSON.stringify({ text }),
    traceparent: null,
  }))
  const slots = {
    endpoints: [],
    free: [],
    freeReplays: [],
    defaultFree: as.defaultFree,
    defaultConcurrency: 50,
    nodes: 1,
    room: as.room ?? 1_000,
  }
  const { acks, leases } = await sendBatch(db as Pool, messages, {
    id: as.node,
    leaseSeconds: as.leaseMs / 1000,
    slots,
  })
  const refused = acks.find(({ status }) => status !== SEND_STATUS.sent)
  if (refused) throw new Error(`a message of the fixture was refused with status ${refused.status}`)
  return leases
}

/** An event that rests on no grant and has a lane of its own. */
export async function addRevocationEvent(
  db: Queryable,
  endpoint: TestEndpoint,
  userId: string,
): Promise<string> {
  const factId = newId()
  await db.query(`insert into event_facts (id, type, payload) values ($1, 'USER_ACCESS_REVOCATION', $2)`, [
    factId,
    JSON.stringify({ user_id: userId }),
  ])
  await db.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at)
     values ($1, $2, 0, $3, 'USER_ACCESS_REVOCATION', $4, clock_timestamp())`,
    [endpoint.endpointId, randomUUID(), endpoint.appId, factId],
  )
  return factId
}

/**
 * Deliveries whose place breaks the invariant of the queue: a lane's first row is leased or ready, all others are
 * neither. A first row that is neither would wait for ever.
 */
export async function misplacedDeliveries(db: Queryable): Promise<{ id: number; place: number }[]> {
  const { rows } = await db.query<{ id: number; place: number }>(
    `select id, place from (
       select id, lease_until, due_at,
         row_number() over (partition by endpoint_id, lane order by sequence, subscription_id) as place
       from delivery_queue) q
     where (place = 1) = (lease_until is null and due_at is null)`,
  )
  return rows
}

export async function openDeliveries(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>('select count(*) from delivery_queue')
  return rows[0]!.count
}

export interface FinishedRow {
  id: number
  state: string
  reason: string | null
  attempts: number
  source_id: string
}

/** In the order in which they were finished. */
export async function finishedDeliveries(db: Queryable, endpointId: string): Promise<FinishedRow[]> {
  const { rows } = await db.query<FinishedRow>(
    `select id, state, reason, attempts, source_id from delivery_history where endpoint_id = $1
     order by finished_at, sequence`,
    [endpointId],
  )
  return rows
}
