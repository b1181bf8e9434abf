import type { DeliveryReason, DisabledReason } from '@charsu/protocol/error-catalogue/catalogue'
import type { EventSource } from './render-event.ts'

/** A delivery that this node may attempt, with all that its body is rendered from. */
export interface LeasedDelivery extends EventSource {
  deliveryId: number
  endpointId: string
  /** The endpoint's revision at the time of the lease. */
  endpointRevision: number
  /** Attempts at once that the endpoint allows over all nodes; null where it sets no number of its own. */
  concurrency: number | null
  /** The fence: an outcome is written only while the queue still holds this number. */
  leaseNumber: number
  /** Attempts made before this lease. */
  attempts: number
  /** Those of them that failed and count. */
  failures: number
  sourceId: string
  subscriptionId: string
  conversationId: string | null
  replay: boolean
  /** W3C trace context of the request that it comes from. */
  traceparent: string | null
  /** How many deliveries of its lane have had this slot in a row, this one included. */
  turn: number
  /** Why it must not be attempted; null lets it go. */
  withheld: Withheld | null
  /** Monotonic milliseconds from before the query was sent that gave the lease. */
  leasedAt: number
  /** Monotonic milliseconds at which the event was accepted, as far as this node can tell. */
  acceptedAt: number
}

/** Consent taken back, or whoever gave it blacklisted; a cancelled replay; what waited dropped by the app's owner. */
export type Withheld = Extract<
  DeliveryReason,
  | 'grant_revoked'
  | 'user_blacklisted'
  | 'approval_withdrawn'
  | 'message_deleted'
  | 'replay_cancelled'
  | 'dropped_on_reenabling'
>

/** What is kept of an attempt for the app's developer; nothing in it is a secret. */
export interface AttemptRecord {
  /** From 1. */
  attempt: number
  /** ISO 8601. */
  startedAt: string
  durationMs: number
  outcome: 'delivered' | 'retry' | 'postponed' | 'dead'
  status: number | null
  error: string | null
  requestHeaders: Record<string, string>
  answerHeaders: Record<string, string> | null
  answerBody: string | null
}

/** What is to be written about one lease. Without `attempt` nothing was sent. */
export interface LeaseOutcome {
  delivery: LeasedDelivery
  kind: 'delivered' | 'retry' | 'postponed' | 'dead' | 'cancelled' | 'released'
  reason: DeliveryReason | null
  delayMs: number
  attempt: AttemptRecord | null
  /** What it says about the endpoint as a whole. */
  endpoint: {
    result: 'succeeded' | 'failed' | null
    pauseMs: number | null
    disable: DisabledReason | null
  }
}
