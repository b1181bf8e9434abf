import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { hashSecret } from '../ids.ts'

/** What calls to the bot have to show. */
export interface CallSecrets {
  identificationKey: string
  webhookSecret: string
}

/** A call of the platform, proven to be one. */
export interface BotCall {
  body: unknown
  /** The same for every attempt. */
  webhookId: string
  traceparent: string | undefined
}

export type ReadCall = { ok: true; call: BotCall } | { ok: false; status: 400 | 401 | 413; why: string }

const MOST_BYTES = 256 * 1024

/** Reads a call as an app has to: nothing is believed before key and signature of the very bytes are right. */
export async function readCall(
  { upload, headers, now }: { upload: IncomingMessage | null; headers: IncomingHttpHeaders; now: number },
  secrets: CallSecrets,
): Promise<ReadCall> {
  if (!equal(headers.authorization ?? '', secrets.identificationKey)) {
    return refused(401, 'Authorization is not the identification key of this app')
  }
  const body = upload === null ? '' : await readText(upload)
  if (body === null) return refused(413, 'the body is longer than 256 KiB')
  const verdict = verifyWebhook({ headers, body, secrets: [secrets.webhookSecret], now: now / 1000 })
  if (!verdict.ok) return refused(401, `the signature is not to be believed: ${verdict.reason}`)
  try {
    const { 'webhook-id': webhookId, traceparent } = headers
    return {
      ok: true,
      call: {
        body: JSON.parse(body),
        webhookId: String(webhookId),
        traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      },
    }
  } catch {
    return refused(400, 'the body is not JSON')
  }
}

const refused = (status: 400 | 401 | 413, why: string): ReadCall => ({ ok: false, status, why })

/** Time must not tell how much of a guess was right, nor how long the key is. */
const equal = (a: string, b: string): boolean => timingSafeEqual(hashSecret(a), hashSecret(b))

async function readText(source: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
