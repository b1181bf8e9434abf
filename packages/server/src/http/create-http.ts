import { randomUUID } from 'node:crypto'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Authenticator } from '../access/authenticator.ts'
import type { AppCaller } from '../access/callers.ts'
import { ApiError, type HelpUrl } from '../errors.ts'
import type { Log } from '../log.ts'
import { bindRoute, sendAnswer } from './bind-route.ts'
import { clientErrorAnswerer, HEADER_LIMIT_BYTES } from './client-error.ts'
import { toApiError } from './error-answer.ts'
import { nothingAt, operationAt } from './nothing-at.ts'
import { observeRequests, type RequestObserver } from './observe-requests.ts'
import type { PathPrefix } from './path-prefix.ts'
import { BODY_LIMIT_BYTES, readForm, readJson } from './read-body.ts'
import type { Route } from './route.ts'
import { isVisit, unknownPage } from './unknown-page.ts'
import { endUnusedConnections } from './unused-connections.ts'

/** Headers that tell an app how it stands; null when nothing limits it. */
export type CallStanding = Readonly<Record<string, string>> | null

export interface HttpDeps {
  authenticator: Authenticator
  /** Counts an app's call, or refuses it (wire contract §12). */
  callLimits: { take(caller: AppCaller): CallStanding | Promise<CallStanding> }
  log: Log
  /** Whether an Origin header names our own pages, for the cross-site guard. */
  isOwnOrigin: (origin: string) => boolean
  /** Whether a Host header names us; the development mode answers loopback names only. */
  isOwnHost: (host: string | undefined) => boolean
  observer?: RequestObserver
  /** Shown every body that is read whole, before anything is made of it; absent, nothing is in the way. */
  onBody?: (request: FastifyRequest, body: Buffer) => void
  /** What paths may begin with besides; absent, nothing. */
  prefix?: PathPrefix
  helpUrl: HelpUrl
}

const REQUEST_ID = /^[A-Za-z0-9_.:-]{1,64}$/
const PUBLIC_API = /^\/(v1|v2|experimental)\/open-platform\//

/** The HTTP server: every answer carries X-Request-Id, every error the contract's shape (wire contract §0). */
export function createHttp(deps: HttpDeps): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    logger: false,
    requestIdHeader: false,
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
    },
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: false },
    // Without its own check of Host, Node leaves that refusal to us, who can say it in the contract's shape.
    http: { maxHeaderSize: HEADER_LIMIT_BYTES, requireHostHeader: false },
    exposeHeadRoutes: false,
    ...(deps.prefix && { rewriteUrl: deps.prefix.rewriteUrl }),
    // What comes over a connection that was open before the port was closed is answered, and the connection with it ends.
    return503OnClosing: false,
    clientErrorHandler: clientErrorAnswerer(deps.helpUrl),
    frameworkErrors: (error, request, reply) => sendError(deps, error, request, reply),
  })

  endUnusedConnections(app)
  app.decorateRequest('span', null)
  app.decorateRequest('base', '')
  if (deps.observer) observeRequests(app, deps.observer)
  app.addHook('onRequest', (request, reply, next) => {
    reply.header('x-request-id', request.id)
    next(hostFault(deps, request) ?? (request.is404 ? unknownOperation(request) : undefined))
  })
  deps.prefix?.register(app)
  app.setErrorHandler((error, request, reply) => sendError(deps, error, request, reply))
  // Found out before the body is read, for the route comes first in the order of checks.
  app.setNotFoundHandler((request) => {
    throw unknownOperation(request)
  })
  // What a client expects of us but 100-continue, which Node sees to, we need not know.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  app.removeAllContentTypeParsers()
  const json = shown(deps, (_request, body) => Promise.resolve(body).then(readJson))
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, json)
  app.addContentTypeParser(/^application\/[\w.+-]*\+?json/, { parseAs: 'buffer' }, json)
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    shown(deps, async (request, body) => {
      if (request.routeOptions.config.form || body.length === 0) return readForm(body)
      throw unsupported('application/x-www-form-urlencoded')
    }),
  )
  // Clients send empty bodies under any type, or none at all; and JSON without saying so.
  const untyped = shown(deps, async (request, body) => {
    if (body.length === 0) return {}
    if (request.headers['content-type'] === undefined) return readJson(body)
    throw unsupported(request.headers['content-type'] ?? 'no Content-Type')
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, untyped)
  // Routes check their bodies with @charsu/protocol, after the caller is known; schemas here only describe.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => JSON.stringify)
  return app
}

type ReadBody = (request: FastifyRequest, body: Buffer) => Promise<unknown>

function shown({ onBody }: HttpDeps, read: ReadBody): ReadBody {
  if (!onBody) return read
  return (request, body) => {
    onBody(request, body)
    return read(request, body)
  }
}

function hostFault({ isOwnHost }: HttpDeps, { headers, raw }: FastifyRequest): ApiError | undefined {
  if (headers.host === undefined && raw.httpVersion === '1.1') {
    return new ApiError('INVALID_ARGUMENT', 'the header Host is missing: name the server that you call', {
      reason: 'HOST_MISSING',
    })
  }
  if (isOwnHost(headers.host)) return undefined
  return new ApiError(
    'PERMISSION_DENIED',
    'this development server answers to localhost only: use http://localhost',
    { reason: 'HOST_NOT_ALLOWED' },
  )
}

const unsupported = (type: string): ApiError =>
  new ApiError('INVALID_ARGUMENT', `the Content-Type ${type} is not understood here: send application/json`, {
    http: 415,
    reason: 'CONTENT_TYPE_NOT_SUPPORTED',
  })

export function registerRoutes(app: FastifyInstance, deps: HttpDeps, routes: readonly Route[]): void {
  for (const route of routes) bindRoute(app, deps, route)
}

function sendError(
  { log, helpUrl }: HttpDeps,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = toApiError(thrown, request.id, request.routeOptions.bodyLimit)
  if (error.http >= 500 && error.codeName !== 'UNIMPLEMENTED') {
    log.error(
      {
        err: error.cause ?? error,
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
      },
      error.message,
    )
  }
  if (error.headers) reply.headers(error.headers)
  reply.header('x-request-id', request.id)
  const answer =
    request.routeOptions.config?.answerError?.(error, request) ??
    (request.is404 && error.reason === 'NOT_FOUND' && isVisit(request) ? unknownPage(request) : null)
  if (answer) {
    sendAnswer(answer, reply)
    return
  }
  reply
    .code(error.http)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(error.body(helpUrl)))
}

/** Operations of the public contract that we do not serve say so by name; other paths are just not there. */
function unknownOperation(request: FastifyRequest): ApiError {
  if (!PUBLIC_API.test(request.url)) return nothingAt(request)
  const operation = operationAt(request)
  return new ApiError(
    'UNIMPLEMENTED',
    `${operation} is not served here: docs/wire-contract.md lists what is`,
    {
      reason: 'OPERATION_NOT_SERVED',
      metadata: { operation },
    },
  )
}
