import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../clock.ts'
import { traceparentOf } from '../http/observe-requests.ts'
import { isUuid } from '../ids.ts'
import type { MediaOwner } from '../media/media-owner.ts'
import type { OpenedUploadToken } from '../media/upload-token.ts'
import { keptBody, keptHeaders, keptUrl } from './kept-text.ts'
import { type Headers, SecretMask } from './mask-secrets.ts'
import { addRecord, type RecordingDeps, traceOf } from './record-calls-to-apps.ts'
import type { AppClaim, TrafficEntry } from './traffic-record.ts'

/** Only apps call these. */
const OPEN_PLATFORM = /^\/(?:v1|v2|experimental)\/open-platform\//
const OAUTH = /^\/oauth2\/(?:token|revoke)(?:[/?]|$)|\/oauth\/access_token(?:[/?]|$)/

/** People upload too, by the pages of the marketplace: only the token tells whose it is. */
const UPLOAD = /^\/upload\//
const BEARER = /^bearer +(\S+) *$/i

/** Newer operations have taken their place. */
const OLDER_OPERATIONS = new Set([
  'ChatAPI_SendMessageToPeer',
  'Notify_RegisterPostConversations',
  'OAuth_GetAccessToken',
])

export interface AppCallRecorder {
  /** For the reader of bodies: keeps what was sent, also when it is no JSON. */
  onBody(request: FastifyRequest, body: Buffer): void
  /** For the sender of messages: keeps which message a request has made, where its answer does not say. */
  onSent(sent: SentForRequest): void
  /** Records every call of an app with its answer, whatever becomes of it. Register it before the routes. */
  register(http: FastifyInstance): void
}

/** A message, and by which request it was sent. */
export interface SentForRequest {
  id: string
  /** Of the request's own span, so of this request alone. */
  traceparent: string | null
}

/** Requests under way that have sent a message are fewer; those of people are never asked for. */
const MOST_SENT = 1_000

export interface AppRecordingDeps extends RecordingDeps {
  clock: Clock
  openUploadToken(token: string): OpenedUploadToken
}

export function recordCallsOfApps(deps: AppRecordingDeps): AppCallRecorder {
  const bodies = new WeakMap<FastifyRequest, Buffer>()
  const begun = new WeakMap<FastifyRequest, number>()
  const sent = new Map<string, string>()
  return {
    onSent({ id, traceparent }) {
      if (traceparent === null) return
      sent.set(traceparent, id)
      const [oldest] = sent.keys()
      if (sent.size > MOST_SENT && oldest !== undefined) sent.delete(oldest)
    },
    onBody(request, body) {
      if (isOfApp(request)) bodies.set(request, body)
    },
    register(http) {
      // The framework measures only what it logs, and it logs nothing here.
      http.addHook('onRequest', (request, _reply, done) => {
        begun.set(request, deps.clock.monotonic())
        done()
      })
      http.addHook('onSend', (request, reply, payload, done) => {
        if (isOfApp(request) || isUploadOfApp(deps, request)) {
          const now = deps.clock.monotonic()
          const ms = Math.round(now - (begun.get(request) ?? now))
          const body = bodies.get(request) ?? null
          const messageId = sent.get(traceparentOf(request) ?? '') ?? null
          addRecord(deps, () => entryOf(deps, { request, reply, payload, body, messageId, ms }))
        }
        done(null, payload)
      })
    },
  }
}

interface Answered {
  request: FastifyRequest
  reply: FastifyReply
  payload: unknown
  /** Null when it was not read, as that of a refused caller. */
  body: Buffer | null
  /** What it sent. */
  messageId: string | null
  /** From the request's head to the answer. */
  ms: number
}

const isOfApp = ({ url }: FastifyRequest): boolean => OPEN_PLATFORM.test(url) || OAUTH.test(url)

/** One whose token is no good may be an app's. */
function isUploadOfApp(deps: AppRecordingDeps, request: FastifyRequest): boolean {
  return UPLOAD.test(request.url) && uploaderOf(deps, request)?.kind !== 'user'
}

function uploaderOf({ openUploadToken }: AppRecordingDeps, { headers }: FastifyRequest): MediaOwner | null {
  const token = BEARER.exec(headers.authorization ?? '')?.[1]
  const opened = token === undefined ? undefined : openUploadToken(token)
  return opened?.ok ? opened.owner : null
}

function entryOf(deps: AppRecordingDeps, answered: Answered): TrafficEntry {
  const { request, reply, payload, body, messageId, ms } = answered
  const headers = flat(request.headers)
  const mask = new SecretMask(headers)
  const text = OAUTH.test(request.url)
    ? (given: string): string => mask.oauthText(given)
    : (given: string): string => mask.text(given)
  const operation = request.routeOptions.config?.operation ?? null
  const { conversation_id: conversationId = '' } = (request.params ?? {}) as Record<string, string>
  const hasLeft = reply.raw.destroyed
  return {
    at: deps.clock.now() - ms,
    app: callerOf(deps, request),
    record: {
      direction: 'from_app',
      kind: 'call',
      method: request.method,
      url: keptUrl(mask.oauthText(request.url)),
      operation,
      request: { headers: keptHeaders(mask.headers(headers)), ...keptBody(body, { mask: text }) },
      answer: hasLeft
        ? null
        : {
            status: reply.statusCode,
            headers: keptHeaders(mask.headers(flat(reply.getHeaders()))),
            ...keptBody(textOf(payload), { mask: text }),
          },
      failure: hasLeft
        ? { stage: 'reset', reason: 'the app closed the connection before it had the answer' }
        : null,
      ms,
      refs: {
        request_id: request.id,
        ...(messageId !== null && { message_id: messageId }),
        ...(isUuid(conversationId) && { conversation_id: conversationId }),
        ...traceOf(headers.traceparent),
      },
      ...(operation !== null && OLDER_OPERATIONS.has(operation) && { older_form: true as const }),
      ...(reply.getHeader('charsu-fault') !== undefined && { fault: 'refuse_calls' as const }),
    },
  }
}

function flat(
  headers: IncomingHttpHeaders | Record<string, number | string | string[] | undefined>,
): Headers {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)]],
    ),
  )
}

const textOf = (payload: unknown): string | Buffer | null =>
  typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : null

/** Who called, also when the call was refused: by the key, or as a client of OAuth. */
function callerOf(deps: AppRecordingDeps, request: FastifyRequest): AppClaim {
  const caller: unknown = request.caller
  if (typeof caller === 'object' && caller !== null && 'slug' in caller) return { slug: String(caller.slug) }
  const uploader = UPLOAD.test(request.url) ? uploaderOf(deps, request) : null
  if (uploader) return { appId: uploader.id }
  const apiKey = request.headers['x-api-key']
  if (typeof apiKey === 'string' && apiKey !== '') return { apiKey }
  const clientId = clientOf(request)
  return clientId === undefined ? null : { clientId }
}

const BASIC = /^\s*basic\s+(\S+)/i

function clientOf({ body, headers, url }: FastifyRequest): string | undefined {
  if (!OAUTH.test(url)) return undefined
  const { client_id: given } = (typeof body === 'object' && body !== null ? body : {}) as {
    client_id?: unknown
  }
  if (typeof given === 'string' && given !== '') return given
  const basic = BASIC.exec(headers.authorization ?? '')?.[1]
  if (basic === undefined) return undefined
  return Buffer.from(basic, 'base64').toString('utf8').split(':', 1)[0]
}
