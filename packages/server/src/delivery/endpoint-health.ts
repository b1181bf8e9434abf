import type { DisabledReason } from '@charsu/protocol/error-catalogue/catalogue'
import type { LeaseOutcome } from './leased-delivery.ts'

/** What a batch of outcomes says about one endpoint. */
export interface EndpointHealth {
  endpointId: string
  /** The newest revision that any of the attempts was made with. */
  revision: number
  succeeded: boolean
  failures: number
  pauseMs: number | null
  disable: DisabledReason | null
}

/**
 * Sums a batch up, each endpoint once. What was answered under an earlier revision, perhaps by another URL, does not
 * count beside a newer one.
 */
export function endpointHealth(outcomes: readonly LeaseOutcome[]): EndpointHealth[] {
  const byEndpoint = new Map<string, EndpointHealth>()
  for (const { delivery, endpoint } of outcomes) {
    const { endpointId, endpointRevision: revision } = delivery
    let health = byEndpoint.get(endpointId)
    if (!health || health.revision < revision) {
      health = { endpointId, revision, succeeded: false, failures: 0, pauseMs: null, disable: null }
      byEndpoint.set(endpointId, health)
    }
    if (health.revision > revision) continue
    if (endpoint.result === 'succeeded') health.succeeded = true
    else if (endpoint.result === 'failed') health.failures++
    if (endpoint.pauseMs !== null) health.pauseMs = Math.max(health.pauseMs ?? 0, endpoint.pauseMs)
    health.disable ??= endpoint.disable
  }
  return [...byEndpoint.values()]
}
