import type { DeliveryReason } from '@charsu/protocol/error-catalogue/catalogue'
/** All that is to be told of one attempt, for a log line, for metrics and for traces; holds no text of a message. */
export interface AttemptEvent {
  nodeId: string
  deliveryId: number
  webhookId: string
  endpointId: string
  /** Null for an event that is about no conversation. */
  conversationId: string | null
  eventType: string
  /** From 1. */
  attempt: number
  replay: boolean
  outcome: 'delivered' | 'retry' | 'postponed' | 'dead'
  /** Why it is dead. */
  reason: DeliveryReason | null
  status: number | null
  /** What kept an answer from coming, and where: dns, connect, timeout, … */
  error: string | null
  stage: string | null
  durationMs: number
  /** From the call to the first byte of the app's answer. */
  firstByteMs: number | null
  /** From the event's acceptance to the first byte of the app's answer. */
  acceptToFirstByteMs: number | null
  /** Until the next attempt; 0 when there is none. */
  delayMs: number
  traceparent: string | null
}
