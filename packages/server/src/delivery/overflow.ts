import type { LeasedDelivery } from './leased-delivery.ts'

interface Waiting {
  delivery: LeasedDelivery
  since: number
}

/**
 * Deliveries that a node holds and does not attempt yet, by endpoint and in the order of their coming. What was read
 * with their lease, such as the consent, becomes old meanwhile.
 */
export class Overflow {
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #monotonic: () => number

  /** @param monotonic milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  count(endpointId: string): number {
    return this.#waiting.get(endpointId)?.length ?? 0
  }

  add(delivery: LeasedDelivery): void {
    const waiting = { delivery, since: this.#monotonic() }
    const known = this.#waiting.get(delivery.endpointId)
    if (known) known.push(waiting)
    else this.#waiting.set(delivery.endpointId, [waiting])
  }

  next(endpointId: string): { delivery: LeasedDelivery; waitedMs: number } | undefined {
    const waiting = this.#waiting.get(endpointId)
    const first = waiting?.shift()
    if (waiting?.length === 0) this.#waiting.delete(endpointId)
    return first && { delivery: first.delivery, waitedMs: this.#monotonic() - first.since }
  }

  /** Takes out all of one endpoint, or all there are. */
  takeAll(endpointId?: string): LeasedDelivery[] {
    const taken =
      endpointId === undefined ? [...this.#waiting.values()].flat() : this.#waiting.get(endpointId)
    if (endpointId === undefined) this.#waiting.clear()
    else this.#waiting.delete(endpointId)
    return (taken ?? []).map(({ delivery }) => delivery)
  }
}
