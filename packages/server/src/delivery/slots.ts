/** Free attempt slots of this node: for the endpoints that are busy or proven here, and for every other. */
export interface FreeSlots {
  endpoints: string[]
  free: number[]
  /** How many of an endpoint's free slots replays may have. */
  freeReplays: number[]
  defaultFree: number
  /** Attempts at once of an endpoint that sets no number of its own, over all nodes. */
  defaultConcurrency: number
  /** Nodes among which an endpoint's attempts are shared out, this one included. */
  nodes: number
  /** For all endpoints together. */
  room: number
}

export interface SlotOptions {
  /** Most attempts at once for one endpoint that sets no number of its own, over all nodes. */
  concurrency: number
  /** Attempts at once for an endpoint that has not yet answered well, or fails. */
  unproven: number
  /** Attempts at once for all endpoints together: bounds memory and sockets. */
  total: number
  /** Nodes that deliver at this moment. */
  nodes(): number
}

/** A delivery as far as it takes a slot. */
export interface SlotTaker {
  endpointId: string
  concurrency: number | null
  replay: boolean
}

interface Share {
  concurrency: number | null
  /** What the endpoint has earned, from `unproven` up to its concurrency. */
  limit: number
  held: number
  heldReplays: number
  /** Older deliveries may be waiting in the queue for a slot of this endpoint. */
  behind: boolean
}

const LOSS_ON_FAILURE = 5
const REPLAYS_SHARE = 0.2
/** Idle but proven endpoints that keep their share: the list goes into every send and claim. */
const REMEMBERED_ENDPOINTS = 500

/**
 * How many deliveries this node may hold for each endpoint. An endpoint earns one slot with each success and loses
 * five with each failure: twenty that hang at once then cost a hundred sockets and not a thousand. What it allows in
 * all is shared out among the nodes, each of which may hold one.
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

  take({ endpointId, concurrency, replay }: SlotTaker): void {
    this.#held++
    let share = this.#shares.get(endpointId)
    if (!share) {
      share = { concurrency, limit: this.#options.unproven, held: 0, heldReplays: 0, behind: false }
      this.#shares.set(endpointId, share)
    }
    share.concurrency = concurrency
    share.held++
    if (replay) share.heldReplays++
  }

  release({ endpointId, replay }: Pick<SlotTaker, 'endpointId' | 'replay'>): void {
    const share = this.#shares.get(endpointId)
    if (!share || share.held === 0) return
    this.#held--
    share.held--
    if (replay && share.heldReplays > 0) share.heldReplays--
    const forgettable = share.limit <= this.#options.unproven || this.#shares.size > REMEMBERED_ENDPOINTS
    if (share.held === 0 && forgettable) this.#shares.delete(endpointId)
  }

  succeeded(endpointId: string): void {
    const share = this.#shares.get(endpointId)
    if (share) share.limit = Math.min(this.#concurrency(share), share.limit + 1)
  }

  failed(endpointId: string): void {
    const share = this.#shares.get(endpointId)
    if (share) share.limit = Math.max(this.#options.unproven, share.limit - LOSS_ON_FAILURE)
  }

  /** Whether a slot of this endpoint, about to be freed, may be used again at once. */
  mayReuse(endpointId: string): boolean {
    const share = this.#shares.get(endpointId)
    return share === undefined || share.held <= this.#most(share)
  }

  /**
   * Whether one more of the deliveries held may be under way, `idle` of which are not. A claim and a send that are
   * asked at the same time are offered the same slots.
   */
  mayBegin(endpointId: string, idle: number): boolean {
    const share = this.#shares.get(endpointId)
    return share === undefined || share.held - idle < this.#most(share)
  }

  /** Whether deliveries of this endpoint may be waiting in the queue for a slot. */
  isBehind(endpointId: string): boolean {
    return this.#shares.get(endpointId)?.behind ?? false
  }

  /**
   * What new messages may have at once: nothing where older deliveries wait, which would be overtaken for as long as
   * there is load.
   */
  freeForNew(): FreeSlots {
    const slots = this.free()
    const free = slots.free.map((left, place) => {
      const share = this.#shares.get(slots.endpoints[place]!)!
      // What finds no slot now will wait in the queue.
      if (left === 0) share.behind = true
      return share.behind ? 0 : left
    })
    return { ...slots, free }
  }

  /** After a claim with these slots: whoever left some of them free has nothing more that is due. */
  claimed(offered: FreeSlots, taken: readonly { endpointId: string }[], complete: boolean): void {
    const counts = new Map<string, number>()
    for (const { endpointId } of taken) counts.set(endpointId, (counts.get(endpointId) ?? 0) + 1)
    for (const [place, endpointId] of offered.endpoints.entries()) {
      const share = this.#shares.get(endpointId)
      if (share && complete) share.behind = (counts.get(endpointId) ?? 0) >= offered.free[place]!
    }
  }

  free(): FreeSlots {
    const room = this.room
    const endpoints = [...this.#shares.keys()]
    const free: number[] = []
    const freeReplays: number[] = []
    for (const share of this.#shares.values()) {
      const most = this.#most(share)
      const left = Math.min(room, Math.max(0, most - share.held))
      const replays = Math.max(1, Math.floor(most * REPLAYS_SHARE)) - share.heldReplays
      free.push(left)
      freeReplays.push(Math.min(left, Math.max(0, replays)))
    }
    return {
      endpoints,
      free,
      freeReplays,
      defaultFree: Math.min(room, this.#options.unproven),
      defaultConcurrency: this.#options.concurrency,
      nodes: Math.max(1, this.#options.nodes()),
      room,
    }
  }

  #concurrency(share: Share): number {
    return share.concurrency ?? this.#options.concurrency
  }

  /** Attempts at once that this node may make for the endpoint now. */
  #most(share: Share): number {
    return Math.min(share.limit, Math.ceil(this.#concurrency(share) / Math.max(1, this.#options.nodes())))
  }
}
