import type { Pool } from 'pg'
import type { BornLease } from '../delivery/born-lease.ts'
import type { FreeSlots } from '../delivery/slots.ts'

/** Statuses of db/migrations/0002_send_messages.sql. */
export const SEND_STATUS = {
  sent: 0,
  sentBefore: 1,
  unknownConversation: 5,
  keyConflict: 6,
  notParticipant: 7,
  restricted: 9,
  credentialGone: 16,
} as const

export interface OutgoingMessage {
  id: string
  conversationId: string
  /** The person it goes out as, or the app whose chatbot speaks. */
  senderId: string
  /** Set together when an app sends: checked again in the transaction, so that no cache has to be right. */
  app: {
    appId: string
    keyId: string
    /** Null for what an app says as its own chatbot, whose sender it is itself. */
    tokenId: string | null
  } | null
  idempotency: { keyHash: Buffer; requestHash: Buffer } | null
  type: string
  /** JSON text of the message's body. */
  body: string
  /** W3C trace context of the request, for its events to carry on. */
  traceparent: string | null
}

export interface SendAck {
  status: number
  messageId: string
  sequence: number
  /** Since 1970. */
  sentAtMicroseconds: number
}

/** Columns in the order of the function's result; arrays spare building an object a row. */
type Row = [
  kind: 'ack' | 'lease',
  ordinal: number,
  status: number,
  messageId: string | null,
  sequence: number,
  sentAtMicroseconds: number,
  deliveryId: number,
  endpointId: string,
  endpointRevision: number,
  concurrency: number,
  subscriptionId: string,
  metadata: BornLease['metadata'],
  eventType: BornLease['eventType'],
  bySupplier: boolean | null,
  conversationType: BornLease['conversationType'],
  postToken: string | null,
  supplierId: string | null,
  demandId: string,
]

/** Keys of app sends and of human sends are told apart by their owner; other operations get other numbers. */
const OPERATION_SEND_MESSAGE = 1

const STATEMENT = {
  name: 'send_messages',
  text: 'select * from send_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)',
}

/** Stands between the bodies; JSON text cannot hold it unescaped. */
const BODY_SEPARATOR = '\u001e'

/**
 * An array literal of values that need no quoting, made here because quoting each was a third of this process's
 * work for a batch.
 */
const literal = (values: readonly (string | number | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`

const bytea = (value: Buffer | undefined): string | null => (value ? `"\\\\x${value.toString('hex')}"` : null)

/** One group commit: one call, one transaction, one flush. */
export async function sendBatch(
  pool: Pool,
  messages: readonly OutgoingMessage[],
  node: { id: string; leaseSeconds: number; slots: FreeSlots },
): Promise<{ acks: SendAck[]; leases: BornLease[] }> {
  const { rows } = await pool.query<Row>({
    ...STATEMENT,
    rowMode: 'array',
    values: [
      literal(messages.map((m) => m.id)),
      literal(messages.map((m) => m.conversationId)),
      literal(messages.map((m) => m.senderId)),
      literal(messages.map((m) => m.app?.appId ?? null)),
      literal(messages.map((m) => m.app?.keyId ?? null)),
      literal(messages.map((m) => m.app?.tokenId ?? null)),
      literal(messages.map(() => OPERATION_SEND_MESSAGE)),
      literal(messages.map((m) => bytea(m.idempotency?.keyHash))),
      literal(messages.map((m) => bytea(m.idempotency?.requestHash))),
      literal(messages.map((m) => m.type)),
      messages.map((m) => m.body).join(BODY_SEPARATOR),
      literal(messages.map((m) => m.traceparent)),
      node.id,
      `${node.leaseSeconds} seconds`,
      literal(node.slots.endpoints),
      literal(node.slots.free),
      node.slots.defaultFree,
      node.slots.defaultConcurrency,
      node.slots.nodes,
      node.slots.room,
    ],
  })
  const acks: SendAck[] = []
  const sentAt: number[] = []
  const leases: BornLease[] = []
  for (const row of rows) {
    const [kind, ordinal, status, messageId, sequence, sentAtMicroseconds] = row
    const message = messages[ordinal - 1]!
    if (kind === 'ack') {
      sentAt[ordinal - 1] = sentAtMicroseconds
      acks[ordinal - 1] = { status, messageId: messageId ?? message.id, sequence, sentAtMicroseconds }
    } else leases.push(toLease(row, message, sentAt[ordinal - 1]!))
  }
  return { acks, leases }
}

/** A message's own row comes before those of its deliveries. */
function toLease(row: Row, message: OutgoingMessage, sentAtMicroseconds: number): BornLease {
  const [, , , , , , deliveryId, endpointId, endpointRevision, concurrency, subscriptionId, ...event] = row
  const [metadata, eventType, bySupplier, conversationType, postToken, supplierId, demandId] = event
  const { id, conversationId, type, body, app, traceparent } = message
  return {
    deliveryId,
    endpointId,
    endpointRevision,
    concurrency,
    subscriptionId,
    metadata,
    eventType,
    bySupplier,
    conversationType,
    postToken,
    supplierId,
    demandId,
    message: { id, conversationId, type, body, byApp: app !== null, sentAtMicroseconds, traceparent },
  }
}
