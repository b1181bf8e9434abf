import type { Pool } from 'pg'

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
  /** The person it goes out as. */
  senderId: string
  /** Set together when an app sends: checked again in the transaction, so that no cache has to be right. */
  app: { appId: string; keyId: string; tokenId: string } | null
  idempotency: { keyHash: Buffer; requestHash: Buffer } | null
  type: string
  /** JSON text of the message's body. */
  body: string
}

/** A delivery that this node may attempt at once. */
export interface BornLease {
  deliveryId: number
  endpointId: string
  endpointRevision: number
  lane: string
  sequence: number
  subscriptionId: string
  messageId: string
}

export interface SendAck {
  status: number
  messageId: string | null
  sequence: number | null
  sentAt: Date | null
}

/** Free attempt slots of this node: for the endpoints that are busy here, and for every other. */
export interface FreeSlots {
  endpoints: string[]
  free: number[]
  defaultFree: number
}

interface Row {
  kind: 'ack' | 'lease'
  ordinal: number
  status: number
  message_id: string | null
  sequence: number | null
  sent_at: Date | null
  delivery_id: number | null
  endpoint_id: string | null
  endpoint_revision: number | null
  lane: string | null
  subscription_id: string | null
}

/** Keys of app sends and of human sends are told apart by their owner; other operations get other numbers. */
const OPERATION_SEND_MESSAGE = 1

const STATEMENT = {
  name: 'send_messages',
  text: 'select * from send_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)',
}

/** One group commit: one call, one transaction, one flush. */
export async function sendBatch(
  pool: Pool,
  messages: readonly OutgoingMessage[],
  node: { id: string; leaseSeconds: number; slots: FreeSlots },
): Promise<{ acks: SendAck[]; leases: BornLease[] }> {
  const { rows } = await pool.query<Row>({
    ...STATEMENT,
    values: [
      messages.map((m) => m.id),
      messages.map((m) => m.conversationId),
      messages.map((m) => m.senderId),
      messages.map((m) => m.app?.appId ?? null),
      messages.map((m) => m.app?.keyId ?? null),
      messages.map((m) => m.app?.tokenId ?? null),
      messages.map(() => OPERATION_SEND_MESSAGE),
      messages.map((m) => m.idempotency?.keyHash ?? null),
      messages.map((m) => m.idempotency?.requestHash ?? null),
      messages.map((m) => m.type),
      messages.map((m) => m.body),
      node.id,
      `${node.leaseSeconds} seconds`,
      node.slots.endpoints,
      node.slots.free,
      node.slots.defaultFree,
    ],
  })
  const acks: SendAck[] = []
  const leases: BornLease[] = []
  for (const row of rows) {
    if (row.kind === 'lease') leases.push(toLease(row))
    else
      acks[row.ordinal - 1] = {
        status: row.status,
        messageId: row.message_id,
        sequence: row.sequence,
        sentAt: row.sent_at,
      }
  }
  return { acks, leases }
}

const toLease = (row: Row): BornLease => ({
  deliveryId: row.delivery_id!,
  endpointId: row.endpoint_id!,
  endpointRevision: row.endpoint_revision!,
  lane: row.lane!,
  sequence: row.sequence!,
  subscriptionId: row.subscription_id!,
  messageId: row.message_id!,
})
