import { Webhook } from 'standardwebhooks'

/** The headers of Standard Webhooks, on every call to an app (wire contract §5). */
export interface WebhookHeaders {
  /** The delivery's id: the same over retries and replay. */
  'webhook-id': string
  /** Unix seconds. */
  'webhook-timestamp': string
  /** `v1,…`, one for each secret in force, separated by spaces. */
  'webhook-signature': string
}

const PREFIX = 'whsec_'

/** Seconds that a call's timestamp may be away from the receiver's clock, before a replay is suspected. */
export const TIMESTAMP_TOLERANCE = 300

/** A secret of the form `whsec_<base64>` from 24 to 64 random bytes, which the caller draws. */
export function webhookSecret(randomBytes: Uint8Array): string {
  if (randomBytes.length < 24 || randomBytes.length > 64) {
    throw new RangeError(`a webhook secret needs 24 to 64 random bytes, not ${randomBytes.length}`)
  }
  return PREFIX + btoa(String.fromCharCode(...randomBytes))
}

/** One signature, `v1,…`, by one secret; `seconds` is the call's timestamp. */
export type SignWith = (secret: string, id: string, seconds: number, body: string) => string

/**
 * Headers that sign `body` (the exact bytes sent, as UTF-8 text) with every secret in force, the newest first:
 * two of them while a rotation's overlap lasts. `timestamp` is in unix seconds. `signWith` may stand for the
 * library's own signature where the platform has a faster one.
 */
export function signWebhook(
  input: { id: string; timestamp: number; body: string; secrets: readonly string[] },
  signWith: SignWith = sign,
): WebhookHeaders {
  const seconds = Math.floor(input.timestamp)
  const signatures = input.secrets.map((secret) => signWith(secret, input.id, seconds, input.body))
  return {
    'webhook-id': input.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  }
}

export type WebhookVerdict =
  | { ok: true }
  | { ok: false; reason: 'MISSING_HEADERS' | 'BAD_TIMESTAMP' | 'TOO_OLD' | 'TOO_NEW' | 'NO_MATCH' }

/**
 * Whether one of `secrets` signed `body` under these headers not long ago. Header names are in lower case;
 * `now` is in unix seconds. A receiver passes the raw body, not JSON written anew.
 */
export function verifyWebhook(input: {
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
  secrets: readonly string[]
  now: number
  tolerance?: number
}): WebhookVerdict {
  const id = input.headers['webhook-id']
  const timestamp = input.headers['webhook-timestamp']
  const signature = input.headers['webhook-signature']
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') {
    return { ok: false, reason: 'MISSING_HEADERS' }
  }
  const seconds = Number(timestamp)
  if (!Number.isSafeInteger(seconds) || String(seconds) !== timestamp)
    return { ok: false, reason: 'BAD_TIMESTAMP' }
  const tolerance = input.tolerance ?? TIMESTAMP_TOLERANCE
  if (seconds < input.now - tolerance) return { ok: false, reason: 'TOO_OLD' }
  if (seconds > input.now + tolerance) return { ok: false, reason: 'TOO_NEW' }
  const given = signature.split(' ')
  const matches = input.secrets.some((secret) => {
    const expected = sign(secret, id, seconds, input.body)
    return given.some((candidate) => equalInConstantTime(candidate, expected))
  })
  return matches ? { ok: true } : { ok: false, reason: 'NO_MATCH' }
}

function sign(secret: string, id: string, seconds: number, body: string): string {
  return new Webhook(secret).sign(id, new Date(seconds * 1000), body)
}

/** Time must not tell how much of a forged signature was right. */
function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}
