import { ApiError } from '../errors.ts'
import type { MediaOwner } from './media-owner.ts'

export interface UploadSlotLimits {
  /** Uploads at once on this node, and of one owner on it. */
  ofNode: number
  ofOwner: number
}

const RETRY_AFTER = { 'retry-after': '5' }

/** Bounds the uploads that one node takes at once, so that they leave room for everything else. */
export class UploadSlots {
  readonly #limits: UploadSlotLimits
  readonly #byOwner = new Map<string, number>()
  #taken = 0
  readonly #onIdle: (() => void)[] = []

  constructor(limits: UploadSlotLimits) {
    this.#limits = limits
  }

  /**
   * @returns what gives the slot back.
   * @throws 429 when the owner has too many under way, 503 when the node has.
   */
  take(owner: MediaOwner): () => void {
    const { ofNode, ofOwner } = this.#limits
    const key = `${owner.kind}:${owner.id}`
    const own = this.#byOwner.get(key) ?? 0
    if (own >= ofOwner) {
      throw new ApiError(
        'RESOURCE_EXHAUSTED',
        `${own} uploads of yours are under way, which is as many as may be at once: wait until one is done`,
        { reason: 'TOO_MANY_UPLOADS', metadata: { limit: String(ofOwner) }, headers: RETRY_AFTER },
      )
    }
    if (this.#taken >= ofNode) {
      throw new ApiError('UNAVAILABLE', 'too many uploads are under way on this server: try again', {
        reason: 'UPLOADS_BUSY',
        headers: RETRY_AFTER,
      })
    }
    this.#taken++
    this.#byOwner.set(key, own + 1)
    return () => {
      this.#taken--
      const left = (this.#byOwner.get(key) ?? 1) - 1
      if (left === 0) this.#byOwner.delete(key)
      else this.#byOwner.set(key, left)
      if (this.#taken === 0) for (const tell of this.#onIdle.splice(0)) tell()
    }
  }

  /** Resolves when no upload is under way. */
  idle(): Promise<void> {
    return this.#taken === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve))
  }
}
