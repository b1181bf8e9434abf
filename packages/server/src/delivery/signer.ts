import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import type { SignWith } from '@charsu/protocol/webhook-signature'

/** Of SHA-256, in bytes (RFC 2104). */
const BLOCK = 64
const INNER = 0x36
const OUTER = 0x5c
const MAX_SECRETS = 10_000

interface Key {
  inner: Buffer
  outer: Buffer
}

/**
 * Signs as Standard Webhooks do, HMAC-SHA256, by two one-shot hashes: measured to take a quarter of the library's
 * time and of `createHmac`'s, which sets up a key for every call. Keys are kept ready for the secrets last used.
 */
export function createSigner(): SignWith {
  const keys = new Map<string, Key>()
  const keyOf = (secret: string): Key => {
    const known = keys.get(secret)
    if (known) return known
    const oldest = keys.keys().next()
    if (keys.size >= MAX_SECRETS && !oldest.done) keys.delete(oldest.value)
    const key = prepare(Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    keys.set(secret, key)
    return key
  }
  return (secret, id, seconds, body) => {
    const { inner, outer } = keyOf(secret)
    const content = Buffer.from(`${id}.${seconds}.${body}`)
    const digest = hash('sha256', Buffer.concat([inner, content]), 'buffer')
    return `v1,${hash('sha256', Buffer.concat([outer, digest]), 'base64')}`
  }
}

function prepare(secret: Buffer): Key {
  const key = secret.length > BLOCK ? hash('sha256', secret, 'buffer') : secret
  const padded = (mask: number): Buffer => {
    const block = Buffer.alloc(BLOCK)
    key.copy(block)
    return block.map((byte) => byte ^ mask) as Buffer
  }
  return { inner: padded(INNER), outer: padded(OUTER) }
}
