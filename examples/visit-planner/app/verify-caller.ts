import { hash, timingSafeEqual } from 'node:crypto'
import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import type { Settings } from './settings.ts'

export type Verdict = { ok: true } | { ok: false; status: 401; why: string }

/**
 * Whether a call comes from Charsu: it knows the identification key, and it signed these very bytes a moment ago.
 */
export function verifyCaller(
  settings: Pick<Settings, 'identificationKey' | 'webhookSecret'>,
  call: { headers: Headers; body: string; now: number },
): Verdict {
  if (!equal(call.headers.get('authorization') ?? '', settings.identificationKey)) {
    return { ok: false, status: 401, why: 'the identification key is not ours' }
  }
  const signature = verifyWebhook({
    headers: Object.fromEntries(call.headers),
    body: call.body,
    secrets: [settings.webhookSecret],
    now: call.now / 1000,
  })
  return signature.ok ? { ok: true } : { ok: false, status: 401, why: `the signature: ${signature.reason}` }
}

/** In constant time, and without telling the length: digests are compared. */
const equal = (given: string, expected: string): boolean =>
  timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))
