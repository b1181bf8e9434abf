import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { MediaLinks, MediaVariant } from '../delivery/media-links.ts'

export type LinkCheck = { ok: true; expiresAt: number } | { ok: false; why: 'forged' | 'expired' }

const VIEW_STEP_MS = 6 * 3_600_000
const SIGNATURE = /^[A-Za-z0-9_-]{43}$/
const EXPIRES = /^[1-9]\d{0,11}$/

export interface LinkSignerOptions {
  /** The instance's master secret. */
  secret: Buffer
  /** Its `publicUrl` is read for each link. */
  site: { readonly publicUrl: string }
  clock: Pick<Clock, 'now'>
  /** Milliseconds that an event's link lives, from the time of its message. */
  eventLinkMs: number
}

/**
 * Links to uploaded files (wire contract §10): `/media/{id}/{file|thumbnail}?expires=&signature=`. Whoever has the
 * link can load the file until it expires, on any node; there is nothing else in it to be learnt.
 */
export class LinkSigner implements MediaLinks {
  readonly #key: Buffer
  readonly #options: LinkSignerOptions

  constructor(options: LinkSignerOptions) {
    this.#key = Buffer.from(hkdfSync('sha256', options.secret, '', 'charsu media links', 32))
    this.#options = options
  }

  link(mediaId: string, variant: MediaVariant, from: number): string {
    return this.#link(mediaId, variant, from + this.#options.eventLinkMs)
  }

  /** Good for 6 to 12 hours, and the same for 6 hours. */
  viewLink(mediaId: string, variant: MediaVariant): string {
    const step = Math.floor(this.#options.clock.now() / VIEW_STEP_MS)
    return this.#link(mediaId, variant, (step + 2) * VIEW_STEP_MS)
  }

  check(path: { id: string; variant: string }, query: { expires?: unknown; signature?: unknown }): LinkCheck {
    const { expires, signature } = query
    if (typeof expires !== 'string' || !EXPIRES.test(expires)) return { ok: false, why: 'forged' }
    if (typeof signature !== 'string' || !SIGNATURE.test(signature)) return { ok: false, why: 'forged' }
    const expected = this.#sign(path.id, path.variant, expires)
    if (!timingSafeEqual(Buffer.from(signature, 'base64url'), expected)) return { ok: false, why: 'forged' }
    const expiresAt = Number(expires) * 1000
    return expiresAt > this.#options.clock.now() ? { ok: true, expiresAt } : { ok: false, why: 'expired' }
  }

  #link(id: string, variant: MediaVariant, expiresMs: number): string {
    const expires = String(Math.ceil(expiresMs / 1000))
    const signature = this.#sign(id, variant, expires).toString('base64url')
    return `${this.#options.site.publicUrl}/media/${id}/${variant}?expires=${expires}&signature=${signature}`
  }

  #sign(id: string, variant: string, expires: string): Buffer {
    return createHmac('sha256', this.#key).update(`${id}\n${variant}\n${expires}`).digest()
  }
}
