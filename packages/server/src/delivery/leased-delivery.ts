import type { EventSource } from './render-event.ts'

/** A delivery that this node may attempt, with all that its body is rendered from. */
export interface LeasedDelivery extends EventSource {
  deliveryId: number
  endpointId: string
  /** The endpoint's revision at the time of the lease. */
  endpointRevision: number
  /** The fence: an outcome is written only while the queue still holds this number. */
  leaseNumber: number
  /** Attempts made before this lease. */
  attempts: number
  /** Those of them that failed and count. */
  failures: number
  sourceId: string
  subscriptionId: string
  /** Why it must not be attempted: consent taken back, or whoever gave it blacklisted. Null lets it go. */
  withheld: 'grant_revoked' | 'user_blacklisted' | 'approval_withdrawn' | null
  /** Monotonic milliseconds from before the query was sent that gave the lease. */
  leasedAt: number
}

/** What is kept of an attempt for the app's developer; nothing in it is a secret. */
export interface AttemptRecord {
  /** Milliseconds since 1970. */
  startedAt: number
  durationMs: number
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
  reason: string | null
  delayMs: number
  attempt: AttemptRecord | null
  /** What it says about the endpoint as a whole. */
  endpoint: {
    result: 'succeeded' | 'failed' | null
    pauseMs: number | null
    disable: string | null
  }
}
