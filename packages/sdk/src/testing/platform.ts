import { answerCall } from './api.ts'
import { OAuthFault } from './oauth-fault.ts'
import type { OperationDeps } from './operation.ts'
import { readBody } from './read-request.ts'
import { Refusal } from './refusal.ts'
import { exchange, type TokenDeps } from './tokens.ts'

/** A call that the app made. */
export interface BedCall {
  /** Milliseconds since 1970. */
  at: number
  /** As the public description names it, such as `ChatAPI_ConversationSendMessage`; `token` and `upload`. */
  operation: string
  method: string
  /** Path and query. */
  path: string
  /** The body, as JSON where it is any; absent where there was none. */
  body?: unknown
  status: number
  answer: unknown
}

export interface PlatformDeps extends OperationDeps, TokenDeps {
  calls: BedCall[]
  now: () => number
}

/** The marketplace's origin, as the app's client calls it. */
export async function answerApp(deps: PlatformDeps, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const at = deps.now()
  const copy = request.clone()
  const { operation, status, body, headers } = await answered(deps, request, pathname)
  const sent = await shownBody(copy)
  deps.calls.push({
    at,
    operation,
    method: request.method,
    path: pathname + search,
    ...(sent !== undefined && { body: sent }),
    status,
    answer: body,
  })
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...headers,
      'x-request-id': deps.world.ids.uuid(),
    },
  })
}

interface Answered {
  operation: string
  status: number
  body: unknown
  headers?: Record<string, string>
}

async function answered(deps: PlatformDeps, request: Request, path: string): Promise<Answered> {
  if (path === '/oauth2/token' && request.method === 'POST') return answerToken(deps, request)
  const kind = /^\/upload\/([^/]+)$/.exec(path)?.[1]
  if (kind !== undefined && request.method === 'POST') return answerUpload(deps, request, kind)
  return answerCall(deps, request)
}

async function answerToken(deps: PlatformDeps, request: Request): Promise<Answered> {
  const headers = { 'cache-control': 'no-store', pragma: 'no-cache' }
  try {
    const body = await exchange(deps, await readBody(request, { isFormAllowed: true }), request.headers)
    return { operation: 'token', status: 200, body, headers }
  } catch (error) {
    const fault =
      error instanceof Refusal ? new OAuthFault('invalid_request', error.message, error.status) : error
    if (!(fault instanceof OAuthFault)) throw error
    const error_uri = `${deps.known.settings.charsuUrl}/errors/${fault.error}`
    const body = { error: fault.error, error_description: fault.description, error_uri }
    return {
      operation: 'token',
      status: fault.status,
      body,
      headers: { ...headers, ...(fault.status === 401 && { 'www-authenticate': 'Basic realm="charsu"' }) },
    }
  }
}

async function answerUpload(deps: PlatformDeps, request: Request, kind: string): Promise<Answered> {
  try {
    return { operation: 'upload', status: 200, body: await deps.uploads.receive(kind, request) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const body = error.body((reason) => `${deps.known.settings.charsuUrl}/errors/${reason}`)
    return { operation: 'upload', status: error.status, body }
  }
}

async function shownBody(request: Request): Promise<unknown> {
  if (request.headers.get('content-type')?.startsWith('multipart')) return undefined
  const text = await request.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
