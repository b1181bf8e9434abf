/** Free attempt slots of this node: for the endpoints that are busy or proven here, and for every other. */
export interface FreeSlots {
  endpoints: string[]
  free: number[]
  defaultFree: number
}

export interface SlotOptions {
  /** Most attempts at once for one endpoint. */
  perEndpoint: number
  /** Attempts at once for an endpoint that has not yet answered well, or fails. */
  unproven: number
  /** Attempts at once for all endpoints together: bounds memory and sockets. */
  total: number
}

interface Share {
  limit: number
  held: number
}

const LOSS_ON_FAILURE = 5
/** Idle but proven endpoints that keep their share: the list goes into every send and claim. */
const REMEMBERED_ENDPOINTS = 500

/**
 * How many deliveries this node may hold for each endpoint. An endpoint earns one slot with each success and loses
 * five with each failure: twenty that hang at once then cost a hundred sockets and not a thousand.
 */
export class Slots {
  readonly #options: SlotOptions
  readonly #shares = new Map<string, Share>()
  #held = 0

  constructor(options: SlotOptions) {
    this.#options = options
  }

  get held(): number {
    return this.#held
  }

  /** How many more deliveries this node may take in all. */
  get room(): number {
    return Math.max(0, this.#options.total - this.#held)
  }

  take(endpointId: string): void {
    this.#held++
    const share = this.#shares.get(endpointId)
    if (share) share.held++
    else this.#shares.set(endpointId, { limit: this.#options.unproven, held: 1 })
  }

  release(endpointId: string): void {
    const share = this.#shares.get(endpointId)
    if (!share || share.held === 0) return
    this.#held--
    share.held--
    const forgettable = share.limit <= this.#options.unproven || this.#shares.size > REMEMBERED_ENDPOINTS
    if (share.held === 0 && forgettable) this.#shares.delete(endpointId)
  }

  succeeded(endpointId: string): void {
    const share = this.#shares.get(endpointId)
    if (share) share.limit = Math.min(this.#options.perEndpoint, share.limit + 1)
  }

  failed(endpointId: string): void {
    const share = this.#shares.get(endpointId)
    if (share) share.limit = Math.max(this.#options.unproven, share.limit - LOSS_ON_FAILURE)
  }

  /** Whether a slot of this endpoint, about to be freed, may be used again at once. */
  mayReuse(endpointId: string): boolean {
    const share = this.#shares.get(endpointId)
    return share === undefined || share.held <= share.limit
  }

  free(): FreeSlots {
    const room = this.room
    const endpoints = [...this.#shares.keys()]
    const free = [...this.#shares.values()].map(({ limit, held }) =>
      Math.min(room, Math.max(0, limit - held)),
    )
    return { endpoints, free, defaultFree: Math.min(room, this.#options.unproven) }
  }
}
