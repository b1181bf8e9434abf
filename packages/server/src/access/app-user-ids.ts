import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { isUuid } from '../ids.ts'

const KEY_BYTES = 32
/** 128 bits leave four of the last character's six unused: they are zero, so that an id has one spelling. */
const ENCODED = /^[A-Za-z0-9_-]{21}[AQgw]$/

/**
 * The ids under which an app knows users (wire contract §1): a user's UUID is exactly one AES block, so encrypting
 * it under a key of the app's own gives an id that is stable for (app, user), cannot be linked across apps, and
 * needs no table to be read back.
 */
export class AppUserIds {
  readonly #secret: Buffer
  readonly #keys = new Map<string, Buffer>()

  /** @param secret the instance's master secret, at least 32 bytes; changing it changes every id. */
  constructor(secret: Buffer) {
    if (secret.length < KEY_BYTES)
      throw new Error(`the instance secret has ${secret.length} bytes, not ${KEY_BYTES}`)
    this.#secret = secret
  }

  #key(appId: string): Buffer {
    let key = this.#keys.get(appId)
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.#secret, '', `charsu app user ids ${appId}`, KEY_BYTES))
      this.#keys.set(appId, key)
    }
    return key
  }

  /** 22 characters of `[A-Za-z0-9_-]`. */
  toPublic(appId: string, userId: string): string {
    const cipher = createCipheriv('aes-256-ecb', this.#key(appId), null).setAutoPadding(false)
    return cipher.update(Buffer.from(userId.replaceAll('-', ''), 'hex')).toString('base64url')
  }

  /** The user's UUID, or null when the text is no id that this app could have been given. */
  toUserId(appId: string, publicId: string): string | null {
    if (!ENCODED.test(publicId)) return null
    const block = Buffer.from(publicId, 'base64url')
    const decipher = createDecipheriv('aes-256-ecb', this.#key(appId), null).setAutoPadding(false)
    const hex = decipher.update(block).toString('hex')
    const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
      '-',
    )
    return isUuid(id) ? id : null
  }
}
