import type { JsonObject } from '@charsu/protocol/json-object'
import type { LeasedDelivery } from './leased-delivery.ts'
import type { MessageContent } from './render-event.ts'

/** A delivery of a message that this node has just sent, with its first lease already this node's. */
export interface BornLease {
  deliveryId: number
  endpointId: string
  endpointRevision: number
  concurrency: number
  subscriptionId: string
  metadata: JsonObject | null
  eventType: 'NEW_MESSAGE' | 'NEW_CHATBOT_MESSAGE' | 'CHAT_MESSAGE'
  /** Null in a BOT conversation, as supplierId is. */
  bySupplier: boolean | null
  conversationType: MessageContent['conversation']['type']
  postToken: string | null
  supplierId: string | null
  demandId: string
  message: {
    id: string
    conversationId: string
    type: string
    /** JSON text of the message's body. */
    body: string
    byApp: boolean
    /** Since 1970. */
    sentAtMicroseconds: number
    traceparent: string | null
  }
}

/**
 * What describe_deliveries (db/migrations/0003_finish_deliveries.sql) would say of it, without asking: its body is the
 * same to the byte as that of a retry, which is rendered from the database. Nothing can withhold it yet, for its
 * consent was checked in the transaction that wrote it.
 */
export function bornDelivery(lease: BornLease, leasedAt: number): LeasedDelivery {
  const { message } = lease
  const content: MessageContent = {
    id: message.id,
    type: message.type,
    body: JSON.parse(message.body),
    sent_at: message.sentAtMicroseconds,
    by_app: message.byApp,
    by_supplier: lease.bySupplier,
    supplier_id: lease.supplierId,
    demand_id: lease.demandId,
    conversation: { id: message.conversationId, type: lease.conversationType, post_token: lease.postToken },
  }
  return {
    deliveryId: lease.deliveryId,
    endpointId: lease.endpointId,
    endpointRevision: lease.endpointRevision,
    concurrency: lease.concurrency,
    leaseNumber: 1,
    attempts: 0,
    failures: 0,
    eventType: lease.eventType,
    sourceId: message.id,
    subscriptionId: lease.subscriptionId,
    conversationId: message.conversationId,
    replay: false,
    traceparent: message.traceparent,
    turn: 1,
    withheld: null,
    metadata: lease.metadata,
    content,
    leasedAt,
    acceptedAt: leasedAt,
  }
}
