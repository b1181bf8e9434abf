import { signWebhook } from '@charsu/protocol/webhook-signature'
import type { AppUnderTest, KnownApp } from './bed-settings.ts'
import type { BedClock } from './clock.ts'

/** Of an answer no more is read (wire contract §3 and §5). */
const MAX_ANSWER_BYTES = 16 * 1024

export interface CallAppDeps {
  app: Promise<AppUnderTest>
  known: KnownApp
  clock: BedClock
}

export interface AppCall {
  /** For messages, such as `NEW_MESSAGE`. */
  label: string
  url: string
  /** The event's or the click's. */
  webhookId: string
  headers?: Readonly<Record<string, string>>
  body: string
  deadlineMs: number
}

export type AppOutcome =
  | { kind: 'answer'; status: number; headers: Headers; text: string; isTruncated: boolean }
  | { kind: 'failure'; isTimeout: boolean; reason: string; error?: unknown }

/** Calls the app as the platform does: identification key, signature, one deadline, no redirects. Never rejects. */
export async function callApp(deps: CallAppDeps, call: AppCall): Promise<AppOutcome> {
  const { clock } = deps
  const landed = clock.begin(`POST ${new URL(call.url).pathname} (${call.label})`)
  const gone = new AbortController()
  let cancel = (): void => {}
  const deadline = new Promise<AppOutcome>((resolve) => {
    cancel = clock.at(clock.now() + call.deadlineMs, () => {
      const reason = `no complete answer within ${call.deadlineMs} ms; the time ran out while waiting for the answer`
      resolve({ kind: 'failure', isTimeout: true, reason })
      gone.abort(new Error('the platform waits no longer for this answer'))
    })
  })
  try {
    return await Promise.race([deadline, ask(deps, call, gone.signal)])
  } finally {
    cancel()
    landed()
  }
}

async function ask(deps: CallAppDeps, call: AppCall, signal: AbortSignal): Promise<AppOutcome> {
  let response: Response
  try {
    const app = await deps.app
    const request = new Request(call.url, {
      method: 'POST',
      headers: headersOf(deps, call),
      body: call.body,
      signal,
    })
    response = await (typeof app === 'function' ? app(request) : app.fetch(request))
  } catch (error) {
    const reason = `the app threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)} instead of answering`
    return { kind: 'failure', isTimeout: false, reason, error }
  }
  if (typeof response?.text !== 'function') {
    const reason = `the app's fetch gave ${response === undefined ? 'undefined' : typeof response}, not a Response: return new Response(…)`
    return { kind: 'failure', isTimeout: false, reason }
  }
  return read(response)
}

async function read(response: Response): Promise<AppOutcome> {
  try {
    const bytes = new Uint8Array(await response.arrayBuffer())
    return {
      kind: 'answer',
      status: response.status,
      headers: response.headers,
      text: new TextDecoder().decode(bytes.subarray(0, MAX_ANSWER_BYTES)),
      isTruncated: bytes.length > MAX_ANSWER_BYTES,
    }
  } catch (error) {
    const reason = `the body of the app's answer broke off: ${error instanceof Error ? error.message : String(error)}`
    return { kind: 'failure', isTimeout: false, reason, error }
  }
}

function headersOf(
  { known, clock }: CallAppDeps,
  { webhookId, headers, body }: AppCall,
): Record<string, string> {
  const { identificationKey, webhookSecrets } = known.settings
  const signed = signWebhook({ id: webhookId, timestamp: clock.now() / 1000, body, secrets: webhookSecrets })
  return {
    authorization: identificationKey,
    'content-type': 'application/json',
    'user-agent': 'Charsu',
    ...headers,
    ...signed,
  }
}
