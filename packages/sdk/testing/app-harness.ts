import { type ChatMessageFacts, chatMessage } from '@charsu/protocol/chat-message'
import { newChatbotMessageEvent, newMessageEvent } from '@charsu/protocol/events'
import { signWebhook } from '@charsu/protocol/webhook-signature'
import { App } from '../src/app/app.ts'
import type { AppSettings } from '../src/app/app-settings.ts'
import type { Grant } from '../src/stores/grant-store.ts'
import { MemoryGrants } from '../src/stores/memory-grants.ts'

export const CONVERSATION = '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11'
export const OTHER_CONVERSATION = '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c12'
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const IDENTIFICATION_KEY = 'the-key'

/** A call that the app made to the platform. */
export interface PlatformRequest {
  method: string
  path: string
  headers: Headers
  body: string
  json: Record<string, unknown>
}

/** What stands for the platform: answers by path, the rest with what sends answer. */
export type PlatformStub = (request: PlatformRequest) => Response | Promise<Response> | undefined

export interface SentHeaders {
  authorization?: string | null
  webhookId?: string
  /** Signed with this secret, at this time in unix seconds. */
  signed?: { secret?: string; at?: number; over?: string }
  apiVersion?: string
  traceparent?: string
}

/** An app, everything it reported, and everything it asked of the platform. */
export function appHarness(over: Partial<AppSettings> = {}, stub: PlatformStub = () => undefined) {
  const reported: Error[] = []
  const requests: PlatformRequest[] = []
  const clock = { now: Date.UTC(2026, 10, 22) }
  const grants = new MemoryGrants()
  const settings: AppSettings = {
    clientId: 'visits',
    clientSecret: 'cx_secret',
    apiKey: 'ck_key',
    identificationKey: IDENTIFICATION_KEY,
    webhookSecrets: [SECRET],
    charsuUrl: 'http://charsu.test',
    publicUrl: 'http://app.test',
    grants,
    time: {
      now: () => clock.now,
      // Time-outs only end with what they guard; waits between attempts pass at once.
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
          if (ms > 10_000) return
          clock.now += ms
          resolve()
        }),
    },
    report: (error) => reported.push(error),
    fetch: async (request) => {
      const url = new URL(request.url)
      const body = await request.text()
      const asked: PlatformRequest = {
        method: request.method,
        path: url.pathname + url.search,
        headers: request.headers,
        body,
        json: request.headers.get('content-type')?.includes('json') ? JSON.parse(body) : {},
      }
      requests.push(asked)
      return (
        (await stub(asked)) ??
        Response.json({ status: 200, message: 'success', conversation_id: CONVERSATION })
      )
    },
    ...over,
  }
  const app = new App(settings)

  const post = (path: string, body: unknown, headers: SentHeaders = {}): Promise<Response> =>
    app.fetch(callTo(path, body, headers, clock.now))

  return {
    app,
    settings,
    clock,
    grants,
    reported,
    requests,
    post,
    event: (body: unknown, headers?: SentHeaders) => post('/charsu/events', body, headers),
    action: (body: unknown, headers?: SentHeaders) => post('/charsu/actions', body, headers),
    session: (body: unknown, headers?: SentHeaders) => post('/charsu/sessions', body, headers),
    /** A consent in the store. */
    allow: async (scopes: string[], grant: Partial<Grant> = {}): Promise<Grant> => {
      const made: Grant = {
        id: crypto.randomUUID(),
        scopes,
        accessToken: `ca_${crypto.randomUUID()}`,
        expiresAt: clock.now + 3_600_000,
        version: 0,
        ...grant,
      }
      await grants.save(made)
      return made
    },
    /** What was sent into conversations. */
    sent: () => requests.filter(({ path }) => path.endsWith('/messages')),
  }
}

/** A call as the platform makes it. */
export function callTo(path: string, body: unknown, headers: SentHeaders, now: number): Request {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { authorization = IDENTIFICATION_KEY, webhookId, signed, apiVersion, traceparent } = headers
  return new Request(`http://app.test${path}`, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      ...(authorization !== null && { authorization }),
      ...(webhookId !== undefined && { 'webhook-id': webhookId }),
      ...(apiVersion !== undefined && { 'api-version': apiVersion }),
      ...(traceparent !== undefined && { traceparent }),
      ...(signed !== undefined &&
        signWebhook({
          id: webhookId ?? 'evt_1',
          timestamp: signed.at ?? now / 1000,
          body: signed.over ?? text,
          secrets: [signed.secret ?? SECRET],
        })),
    },
  })
}

let made = 0

const facts = (over: Partial<ChatMessageFacts>): ChatMessageFacts => ({
  id: `m${++made}`,
  conversationId: CONVERSATION,
  postToken: 'flat',
  side: 'BUYER',
  byApp: false,
  sentAt: 1,
  type: 'TEXT',
  content: { text: 'Is it still there?' },
  ...over,
})

/** A message in a conversation about the post `flat`, by the buyer, unless it is said otherwise. */
export const postMessage = (over: Partial<ChatMessageFacts> = {}, metadata: Record<string, unknown> = {}) =>
  newMessageEvent(metadata, chatMessage(facts(over)))

/** What a user wrote to the chatbot. */
export const chatbotMessage = (text: string, over: Partial<ChatMessageFacts> = {}) =>
  newChatbotMessageEvent(
    chatMessage(facts({ postToken: undefined, side: undefined, content: { text }, ...over })),
  )
