import type { LeasedDelivery } from './leased-delivery.ts'

/** Deliveries that a node holds and does not attempt yet, by endpoint and in the order of their coming. */
export class Overflow {
  readonly #waiting = new Map<string, LeasedDelivery[]>()

  count(endpointId: string): number {
    return this.#waiting.get(endpointId)?.length ?? 0
  }

  add(delivery: LeasedDelivery): void {
    const waiting = this.#waiting.get(delivery.endpointId)
    if (waiting) waiting.push(delivery)
    else this.#waiting.set(delivery.endpointId, [delivery])
  }

  next(endpointId: string): LeasedDelivery | undefined {
    const waiting = this.#waiting.get(endpointId)
    const delivery = waiting?.shift()
    if (waiting?.length === 0) this.#waiting.delete(endpointId)
    return delivery
  }

  /** Takes out all of one endpoint, or all there are. */
  takeAll(endpointId?: string): LeasedDelivery[] {
    if (endpointId === undefined) {
      const all = [...this.#waiting.values()].flat()
      this.#waiting.clear()
      return all
    }
    const waiting = this.#waiting.get(endpointId) ?? []
    this.#waiting.delete(endpointId)
    return waiting
  }
}
