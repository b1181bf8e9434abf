import type { LeaseOutcome } from './leased-delivery.ts'

/** What a batch of outcomes says about one endpoint. */
export interface EndpointHealth {
  endpointId: string
  succeeded: boolean
  failures: number
  pauseMs: number | null
  disable: string | null
}

/** Sums a batch up, each endpoint once; endpoints about which it says nothing are left out. */
export function endpointHealth(outcomes: readonly LeaseOutcome[]): EndpointHealth[] {
  const byEndpoint = new Map<string, EndpointHealth>()
  for (const { delivery, endpoint } of outcomes) {
    if (endpoint.result === null) continue
    const { endpointId } = delivery
    const health = byEndpoint.get(endpointId) ?? {
      endpointId,
      succeeded: false,
      failures: 0,
      pauseMs: null,
      disable: null,
    }
    byEndpoint.set(endpointId, health)
    if (endpoint.result === 'succeeded') health.succeeded = true
    else health.failures++
    if (endpoint.pauseMs !== null) health.pauseMs = Math.max(health.pauseMs ?? 0, endpoint.pauseMs)
    health.disable ??= endpoint.disable
  }
  return [...byEndpoint.values()]
}
