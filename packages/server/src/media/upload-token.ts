import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { MediaOwner } from './media-owner.ts'
import { uuidBytes, uuidOfBytes } from './uuid-bytes.ts'

/** Milliseconds that an upload token is good for. */
const UPLOAD_TOKEN_MS = 3_600_000

const PREFIX = 'cu_'
const OWNER_KINDS = ['app', 'user'] as const
const PAYLOAD_BYTES = 1 + 16 + 6
const TOKEN = /^cu_([A-Za-z0-9_-]{31})\.([A-Za-z0-9_-]{43})$/

export type OpenedUploadToken = { ok: true; owner: MediaOwner } | { ok: false; why: 'unknown' | 'expired' }

/**
 * Upload tokens (wire contract §10): the owner and the time until which it is good, signed with the instance's
 * secret, so that any node knows its own and nothing is written. 78 characters.
 */
export class UploadTokens {
  readonly #key: Buffer
  readonly #clock: Pick<Clock, 'now'>

  /** @param secret the instance's master secret. */
  constructor(secret: Buffer, clock: Pick<Clock, 'now'>) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'charsu upload tokens', 32))
    this.#clock = clock
  }

  issue(owner: MediaOwner): string {
    const payload = Buffer.alloc(PAYLOAD_BYTES)
    payload.writeUInt8(OWNER_KINDS.indexOf(owner.kind), 0)
    uuidBytes(owner.id).copy(payload, 1)
    payload.writeUIntBE(this.#clock.now() + UPLOAD_TOKEN_MS, 17, 6)
    return `${PREFIX}${payload.toString('base64url')}.${this.#mac(payload).toString('base64url')}`
  }

  open(token: string): OpenedUploadToken {
    const [, body = '', mac = ''] = TOKEN.exec(token) ?? []
    const payload = Buffer.from(body, 'base64url')
    const given = Buffer.from(mac, 'base64url')
    const expected = this.#mac(payload)
    const genuine = given.length === expected.length && timingSafeEqual(given, expected)
    if (!genuine) return { ok: false, why: 'unknown' }
    if (payload.readUIntBE(17, 6) <= this.#clock.now()) return { ok: false, why: 'expired' }
    const kind = OWNER_KINDS[payload.readUInt8(0)]!
    return { ok: true, owner: { kind, id: uuidOfBytes(payload.subarray(1, 17)) } }
  }

  #mac(payload: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(payload).digest()
  }
}
