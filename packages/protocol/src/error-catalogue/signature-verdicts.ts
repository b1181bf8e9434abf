import type { WebhookVerdict } from '../webhook-signature.ts'
import type { ErrorEntry } from './entry.ts'

export type SignatureFault = Extract<WebhookVerdict, { ok: false }>['reason']

/** Why `verifyWebhook` did not accept a call (wire contract §5); an app meets them in its own code. */
export const SIGNATURE_ENTRIES: Readonly<Record<SignatureFault, ErrorEntry>> = {
  MISSING_HEADERS: {
    audience: 'app',
    cause:
      'The call lacks webhook-id, webhook-timestamp or webhook-signature. Either it is not from Charsu, or a proxy took the headers away.',
    fix: 'Answer 401. If real events look like this, let the proxy pass the headers on. Kenar itself does not sign; its calls carry the identification key alone.',
  },
  BAD_TIMESTAMP: {
    audience: 'app',
    cause: 'The header webhook-timestamp is no whole number of seconds.',
    fix: 'Answer 401: the call is not from Charsu.',
  },
  TOO_OLD: {
    audience: 'app',
    cause: 'The call was signed too long ago, so it may be an old one that somebody sends again.',
    fix: 'Answer 401. If all events look like this, set the clock of your server right.',
  },
  TOO_NEW: {
    audience: 'app',
    cause: 'The call was signed in the future.',
    fix: 'Answer 401. If all events look like this, set the clock of your server right.',
  },
  NO_MATCH: {
    audience: 'app',
    cause: 'None of your secrets made this signature over these bytes.',
    fix: 'Verify the raw body, before any JSON parser has touched it, with the app’s webhook secret (whsec_…) from the console. While a secret is rotated, take both. If it still does not match, answer 401: the call is not from Charsu.',
  },
}
