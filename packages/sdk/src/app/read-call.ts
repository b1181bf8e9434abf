import { isJsonObject, type JsonObject } from '@charsu/protocol/json-object'
import { verifyWebhook, type WebhookVerdict } from '@charsu/protocol/webhook-signature'
import type { Time } from '../client/time.ts'
import { isTraceparent } from '../client/traceparent.ts'
import { CallRefusedError } from './app-errors.ts'
import { readBody } from './read-body.ts'
import { sameSecret } from './same-secret.ts'

export interface CallVerification {
  identificationKey: string
  webhookSecrets: readonly string[]
  time: Pick<Time, 'now'>
}

/** A call of the platform's, whose sender was checked. */
export interface PlatformCall {
  headers: Headers
  body: JsonObject
  /** `webhook-id`, where one came. */
  webhookId: string | undefined
  /** W3C trace context, where a valid one came. */
  traceparent: string | undefined
}

type Reason = Exclude<WebhookVerdict, { ok: true }>['reason']

const SIGNATURE_FAULTS: Readonly<Record<Reason, [message: string, hint: string]>> = {
  MISSING_HEADERS: [
    'the call has some of the headers webhook-id, webhook-timestamp and webhook-signature, but not all',
    'let a proxy in between pass all headers on',
  ],
  BAD_TIMESTAMP: ['webhook-timestamp is not a number of seconds', 'let a proxy in between leave it alone'],
  TOO_OLD: [
    'the signature is older than 5 minutes',
    'check the clock of this machine; else somebody repeats an old call',
  ],
  TOO_NEW: ['the signature is from the future', 'check the clock of this machine'],
  NO_MATCH: [
    'the signature is by another secret, or over another body',
    'set CHARSU_WEBHOOK_SECRET to the secret on the app’s page in the developer console, and let nothing before the app change or parse the body',
  ],
}

/**
 * Reads a call and checks that the platform made it: by the identification key, and by its signature where there is one
 * (wire contract §5).
 * @throws CallRefusedError
 */
export async function readCall(verification: CallVerification, request: Request): Promise<PlatformCall> {
  const { identificationKey, webhookSecrets, time } = verification
  const { headers } = request
  if (!(await sameSecret(headers.get('authorization') ?? '', identificationKey))) {
    throw new CallRefusedError(
      401,
      headers.has('authorization')
        ? 'the identification key in Authorization is not the one this app knows'
        : 'the call has no identification key in Authorization',
      'set CHARSU_IDENTIFICATION_KEY to the identification key on the app’s page in the developer console',
    )
  }
  const body = await readBody(request)
  if (!body.ok) throw new CallRefusedError(body.status, body.why)
  if (headers.has('webhook-signature') && webhookSecrets.length > 0) {
    const verdict = verifyWebhook({
      headers: Object.fromEntries(headers),
      body: body.text,
      secrets: webhookSecrets,
      now: time.now() / 1000,
    })
    if (!verdict.ok) throw new CallRefusedError(401, ...SIGNATURE_FAULTS[verdict.reason])
  }
  const traceparent = headers.get('traceparent') ?? ''
  return {
    headers,
    body: parse(body.text),
    webhookId: headers.get('webhook-id') || undefined,
    traceparent: isTraceparent(traceparent) ? traceparent : undefined,
  }
}

function parse(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new CallRefusedError(400, 'the body is not JSON')
  }
  if (!isJsonObject(value)) throw new CallRefusedError(400, 'the body is JSON, but not an object')
  return value
}
